/* A page one comes to from another: first it takes its place, empty, and with that the club is asked for what it shows;
   then it is drawn, while the club reads. Both happen before anything is painted. */
import { useLayoutEffect, useState } from "react";

/* Whether this document has shown a page before. The first one comes drawn from the server. */
let entered = false;

export function ClubEntering({children}) {
  const [inside, enter] = useState(!entered);
  useLayoutEffect(() => {
    entered = true;
    // A state set in here makes React run at once what else waits for the first painting: the question to the club.
    enter(true);
  }, []);
  return inside ? children : null;
}
