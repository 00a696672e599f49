// What pages do beyond being read. Each works without it too: forms are forms, links are links.
import { takeCanned } from "./canned.js";
import { openSheets } from "./dialogs.js";
import { keepDrafts } from "./drafts.js";
import { findWhileTyping } from "./finding.js";
import { listenToKeys } from "./keys.js";
import { stayLive } from "./live.js";
import { sendOnce } from "./once.js";
import { followTail } from "./tail.js";
import { countSegments } from "./segments.js";
import { switchTheme } from "./themes.js";
import { tryWhileTyping } from "./trying.js";

// What a form was refused with is shown under the address of its page, and follows what happens.
const { place } = document.body.dataset;
if (place) history.replaceState(null, "", place);
const tail = followTail();
switchTheme();
listenToKeys();
openSheets();
takeCanned();
findWhileTyping();
tryWhileTyping();
countSegments();
sendOnce();
keepDrafts();
stayLive(tail);
