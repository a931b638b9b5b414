import type { ApiShares } from "onus/api";

import { useSettings } from "../api.ts";
import { amount, count, plural } from "../format.ts";
import { Hash } from "./hash.tsx";
import { Facts } from "./table.tsx";

/** Where a penalty goes: at least half is burned, the rest waits until it is pulled. */
export function Shares({ of, n }: { readonly of: ApiShares; readonly n: number }) {
  const { stakeUnit } = useSettings();
  const money = (wei: string): string => amount(wei, stakeUnit);
  return (
    <Facts
      of={[
        ["penalty", money(of.penalty)],
        [
          "burned",
          of.burned === "0"
            ? `${money(of.toBurn)}, when somebody asks for it`
            : `${money(of.burned)} of ${money(of.toBurn)}`,
        ],
        [
          "beneficiary",
          <span key="b">
            <Hash kind="account" value={of.beneficiary} what="beneficiary" /> {money(of.beneficiaryShare)},{" "}
            {of.beneficiaryPaid ? "pulled" : "not pulled yet"}
          </span>,
        ],
        ["each record", `${money(of.perRecord)}; ${count(of.recordsPaid)} of ${plural(n, "share")} pulled`],
      ]}
    />
  );
}
