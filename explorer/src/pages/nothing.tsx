import { Link } from "react-router";

import { Title } from "../parts/title.tsx";

export function NothingPage() {
  return (
    <>
      <Title text="There is no such page" />
      <p>
        <Link to="/">The overview</Link> leads to everything there is; <Link to="/search">the search</Link>{" "}
        finds whatever has a hash.
      </p>
    </>
  );
}
