import { expect } from "chai";

import { patientNode } from "../../../src/chain/patient-node.js";

/** A node that fails so often, in these words, before it answers; and how often it was asked. */
function busyNode(times: number, error: unknown) {
  const asked: string[] = [];
  const send = (method: string, parameters: readonly unknown[]): Promise<unknown> => {
    asked.push(`${method} ${JSON.stringify(parameters)}`);
    return asked.length <= times ? Promise.reject(error) : Promise.resolve(method);
  };
  return { asked, send };
}

describe("chain: a node that is asked with patience", () => {
  it("is asked again where it was asked too often, in whatever words", async () => {
    for (const error of [
      new Error("server response 429 Too Many Requests"),
      Object.assign(new Error("could not coalesce error"), { error: { code: -32005, message: "limit" } }),
      Object.assign(new Error("x"), { error: { code: -32000, message: "request rate limit exceeded" } }),
    ]) {
      const node = busyNode(2, error);
      expect(await patientNode(node, [0, 0]).send("eth_getProof", [])).to.equal("eth_getProof");
      expect(node.asked).to.have.length(3);
    }
  });

  it("is asked once where it says something else, and not for ever", async () => {
    const refusal = Object.assign(new Error("no"), { error: { code: -32601, message: "method not found" } });
    const never = busyNode(9, refusal);
    expect(await patientNode(never, [0, 0]).send("eth_x", []).catch(String)).to.equal("Error: no");
    expect(never.asked).to.have.length(1);
    const always = busyNode(9, new Error("429"));
    expect(await patientNode(always, [0, 0]).send("eth_x", []).catch(String)).to.equal("Error: 429");
    expect(always.asked).to.have.length(3);
  });

  it("is asked once about a block", async () => {
    const node = busyNode(0, undefined);
    const patient = patientNode(node, []);
    for (const [number, isWhole] of [
      ["0x1", false],
      ["0x1", false],
      ["0x2", false],
      ["0x1", true],
    ])
      await patient.send("eth_getBlockByNumber", [number, isWhole]);
    for (const hash of ["0xa", "0xa"]) await patient.send("eth_getTransactionReceipt", [hash]);
    expect(node.asked).to.have.length(5);
  });
});
