import { registerOperator } from "../src/chain/register-operator.js";
import { send } from "../src/chain/send.js";
import { parseWei } from "../src/types/wei.js";
import { openAccount, recipe, run } from "./support/recipe.js";
import type { Where } from "./support/recipe.js";

type Options = Where & { stake: string; endpoint: string; wrap?: true };

/** The account becomes an operator and deposits its stake. */
await run(
  recipe("register-operator", "register an operator and deposit its stake")
    .requiredOption("--stake <amount>", 'for example "0.5 ether"')
    .option("--endpoint <uri>", "where the operator answers", "")
    .option("--wrap", "wrap that much native currency first (WETH)"),
  async (options: Options) => {
    const account = await openAccount(options);
    const contracts = account.contracts();
    const stake = parseWei(options.stake, "--stake");
    if (options.wrap) await send("token.deposit", contracts.token.getFunction("deposit")({ value: stake }));
    const { endpoint } = options;
    const { register, deposit } = await registerOperator({
      contracts,
      operator: account.address,
      endpoint,
      stake,
    });
    const { stake: held } = await contracts.operators.operatorOf(account.address);
    return { operator: account.address, stake: held, transactions: [register.hash, deposit.hash] };
  },
);
