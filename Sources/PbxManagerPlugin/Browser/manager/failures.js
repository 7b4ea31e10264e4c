// What can go wrong between the plugin, the PBX and the instance, and how it is told.
(function (whatsapp) {
  "use strict";

  const t = whatsapp.text;
  /** Codes with a text of their own; of the others the sentence of the other side is shown. */
  const known = new Set([
    "ACCESS_DENIED", "CONFLICT", "INTERNAL", "INVALID_PIN", "LIMIT", "NO_CONNECT", "NO_LICENSE", "NO_INSTANCE", "NO_MANAGER", "NO_PBX",
    "NO_KEY", "LOST", "ONBOARDING_BUSY", "ONBOARDING_EXPIRED",
  ]);
  /** Codes with a text of their own for what they are about. */
  const knownByField = new Set(["NOT_FOUND-app", "NOT_FOUND-zone"]);
  /** Codes whose sentence is introduced by who says it. */
  const told = new Set(["META_ERROR", "PBX_ERROR", "MANAGER_ERROR"]);

  /** Something was not done. */
  whatsapp.Failure = class extends Error {
    /** `detail` is the other side's sentence, `field` what it is about, `result` its whole answer. */
    constructor(code, { detail = "", field = null, result = null } = {}) {
      super(`${code} ${detail}`.trim());
      this.code = code;
      this.detail = detail;
      this.field = field;
      this.result = result;
    }

    /** The sentence to show. */
    get text() {
      if (knownByField.has(`${this.code}-${this.field}`)) return t(`failure-${this.code}-${this.field}`);
      if (known.has(this.code)) return t(`failure-${this.code}`);
      if (told.has(this.code)) return t(`failure-${this.code}`, this.detail || "–");
      return this.detail || t("failure-INTERNAL");
    }
  };

  /** A value that the person has to change. */
  whatsapp.FieldFailure = class extends Error {
    constructor(field, text) {
      super(field);
      this.field = field;
      this.text = text;
    }
  };

  /** The sentence to show for whatever was thrown; what nobody foresaw goes to the console as well. */
  whatsapp.sentence = (error) => {
    if (error.text) return error.text;
    console.error(error);
    return t("failure-INTERNAL");
  };

  /** The text of a problem that the instance reports; an unknown one in its own words. */
  whatsapp.problemText = (problem) => {
    const id = `problem-${problem.code}`;
    const args = (problem.args ?? []).map(String);
    return (ui) => {
      if (!whatsapp.problems.has(problem.code)) return String(problem.text ?? problem.code);
      const times = { "licence-grace": 0, "token-expires": 1, "token-short-lived": 1, "data-access-expires": 1 };
      return ui.read(t(id, ...args.map((each, index) => (index === times[problem.code] ? ui.time(Number(each)) : each))));
    };
  };

  /** The problems that have a text in every language, with the screen on which they are solved. */
  whatsapp.problems = new Map([
    ["database-down", null],
    ["no-pbx", null],
    ["no-app-secret", "configuration"],
    ["token-invalid", "setup"],
    ["account-lost", "setup"],
    ["token-expires", "setup"],
    ["token-short-lived", "setup"],
    ["data-access-expires", "setup"],
    ["quality-low", null],
    ["connect-down", null],
    ["no-zone", null],
    ["no-moderator", "edit"],
    ["incomplete", "configuration"],
    ["unlicensed", "configuration"],
    ["licence-grace", null],
    ["private-posts-failed", "information"],
    ["private-posts-unverified", "information"],
  ]);
})(innovaphone.whatsapp);
