/* The page of a run that is under way and has no epoch yet. */
import "./base.js";
import { awaitFirstEpoch } from "./lib/live.js";

awaitFirstEpoch(document.querySelector("[data-run-page]"));
