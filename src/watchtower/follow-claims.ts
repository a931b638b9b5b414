import type { Log as ChainLog } from "ethers";

import type { Contracts } from "../chain/contracts.js";
import { addressesOfNews, decodeNews } from "../chain/decode-news.js";
import type { News } from "../chain/decode-news.js";
import { followChain } from "../chain/follow-chain.js";
import type { Change, Follower } from "../chain/follow-chain.js";
import type { PublishedModel } from "../dispute/dispute-view.js";
import type { LogStore } from "../store/log-store.js";
import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { ClaimTable } from "./claim-table.js";

/** What is known of the chain: its logs are kept here, and read from here. */
export type KnownChain = {
  readonly follower: Follower;
  /** Keeps a change and what follows from it for the claims. */
  readonly apply: (change: Change) => void;
  /** The last block that was read; -1 before the first. */
  readonly block: () => number;
  readonly getLogs: (filter: Parameters<LogStore<Bytes32>["getLogs"]>[0]) => Promise<ChainLog[]>;
  readonly model: (modelId: Bytes32) => PublishedModel | undefined;
  /** Where an operator says it answers; empty where it says nothing. */
  readonly endpoint: (operator: Address) => string;
  /** Trace roots stated for records of a claim. */
  readonly stated: (claimId: Bytes32) => ReadonlyMap<number, Bytes32>;
  /** Who opened sessions about a claim. */
  readonly askers: (claimId: Bytes32) => readonly Address[];
};

export function openKnownChain(parts: {
  readonly contracts: Contracts;
  readonly provider: Parameters<typeof followChain>[0]["provider"];
  readonly store: LogStore<Bytes32>;
  readonly table: ClaimTable;
  readonly account: Address;
}): KnownChain {
  const { contracts, provider, store, table, account } = parts;
  const { deployment, models, operators, inquiry } = contracts;
  const addresses = addressesOfNews(contracts);
  const follower = followChain({ provider, from: deployment.fromBlock, addresses, store });

  const newsAt = (address: Address, topics: readonly unknown[]): readonly News[] =>
    store.getLogs({ address, topics }).flatMap((log) => decodeNews(contracts, log as ChainLog) ?? []);
  const askers = (claimId: Bytes32): readonly Address[] =>
    newsAt(deployment.inquiry, [inquiry.getEvent("SessionOpened").fragment.topicHash, null, claimId]).flatMap(
      (one) => (one.news === "session" ? [one.asker] : []),
    );

  const derive = (news: News, block: number): void => {
    switch (news.news) {
      case "submitted":
        return table.submitted(news.claimId, news.claim, block);
      case "final":
      case "faulted": {
        const { claimId, news: phase } = news;
        const beneficiary = news.news === "faulted" ? { beneficiary: news.beneficiary } : {};
        const isOurs = askers(claimId).includes(account);
        return table.decided({ claimId, phase, block, ...beneficiary, isOurs });
      }
      case "share-pulled":
        return table.pulled(news.claimId, block);
      case "session":
        return table.lookAgain(news.claimId, false);
      case "trace-stated":
        return table.lookAgain(news.claimId, true);
      case "answered":
        return table.lookAtPlays();
      case "published":
      case "endpoint":
      case "credited":
        return;
    }
  };
  return {
    follower,
    apply: (change) =>
      store.apply(change, () => {
        if (change.kind === "rollback") return table.rollBack(change.toBlock);
        for (const log of change.logs) {
          const news = decodeNews(contracts, log);
          if (news !== undefined) derive(news, log.blockNumber);
        }
      }),
    block: () => store.checkpoint().at(-1)?.number ?? -1,
    getLogs: (filter) => Promise.resolve(store.getLogs(filter) as ChainLog[]),
    model: (modelId) => {
      const topics = [models.getEvent("ModelPublished").fragment.topicHash, modelId];
      const [seen] = newsAt(deployment.modelRegistry, topics);
      return seen?.news === "published" ? seen.model : undefined;
    },
    endpoint: (operator) => {
      const names = ["OperatorRegistered", "EndpointChanged"] as const;
      const hashes = names.map((name) => operators.interface.getEvent(name).topicHash);
      const word = `0x${operator.slice(2).toLowerCase().padStart(64, "0")}`;
      const last = newsAt(deployment.operatorRegistry, [hashes, word]).at(-1);
      return last?.news === "endpoint" ? last.endpoint : "";
    },
    stated: (claimId) => {
      const topics = [inquiry.getEvent("TraceStated").fragment.topicHash, claimId];
      return new Map(
        newsAt(deployment.inquiry, topics).flatMap((one): [number, Bytes32][] =>
          one.news === "trace-stated" ? [[one.recordIndex, one.traceRoot]] : [],
        ),
      );
    },
    askers,
  };
}
