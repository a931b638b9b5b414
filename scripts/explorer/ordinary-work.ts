import { JsonRpcSigner } from "ethers";

import {
  addSignerCall,
  requestExitCall,
  revokeSignerCall,
  signerConsent,
} from "../../src/chain/operator-calls.js";
import { parseWei } from "../../src/types/wei.js";
import { DAYS } from "./agenda.js";
import { CAST, SIGNER } from "./cast.js";
import type { Character } from "./cast.js";
import { newest } from "./repertoire.js";
import type { Repertoire } from "./repertoire.js";
import type { Stage } from "./stage.js";

/** As the operator registry numbers it. */
const JAILED = 2;

/** Operators come, claim what is right, which is final a while after its window, change their keys, and leave. */
export function planOrdinaryWork(
  stage: Stage,
  { classifier, mixers, rankers }: Repertoire,
  endpointOf: (name: string) => string,
): void {
  const { plan, day, random, addressOf, ground } = stage;
  const { act, as } = ground;
  const cast = Object.values(CAST) as readonly Character[];
  for (const who of cast)
    plan(day(who.since) + who.account * 300, () => stage.register(who, endpointOf(who.name)));

  for (const who of cast) {
    const room = DAYS - 0.4 - who.since - 0.3;
    for (let number = 0; number < who.claims; number++) {
      const at = day(who.since + 0.3 + (room * (number + random.below(80) / 100)) / who.claims);
      plan(at, async () => {
        if (Number((await as(0).operators.operatorOf(addressOf(who.account))).status) === JAILED) return;
        const choice = random.below(10);
        const model = choice < 2 ? classifier : choice < 7 ? newest(mixers) : newest(rankers);
        const n = Math.max(1, who.records - random.below(who.records));
        const wanted = Array.from({ length: model === classifier ? Math.min(n, 2) : n }, () => {
          stage.turnPage();
          return { inputs: stage.inputFor(model), onDemand: random.chance(35) };
        });
        const isBySigner = who === CAST.rotating && number % 2 === 1 && at < day(15) && at > day(3);
        const by = isBySigner ? SIGNER : who.account;
        const claimed = await stage.claim(who, model, wanted, { hours: random.pick([12, 24, 48]), by });
        stage.finalizeLater(claimed, at);
      });
    }
  }

  plan(day(2), async () => {
    const { account } = CAST.rotating;
    const { domain, types, message } = signerConsent(as(account), addressOf(account));
    const signer = new JsonRpcSigner(ground.provider, addressOf(SIGNER));
    const consent = await signer.signTypedData(domain, types, message);
    await act(account, addSignerCall(as(account), { address: addressOf(SIGNER), consent }));
  });
  plan(day(16), () =>
    act(CAST.rotating.account, revokeSignerCall(as(CAST.rotating.account), addressOf(SIGNER))),
  );
  plan(day(18), () =>
    act(CAST.leaving.account, requestExitCall(as(CAST.leaving.account), parseWei("2.5 ether"))),
  );
}
