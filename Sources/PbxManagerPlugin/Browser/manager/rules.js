// The app object: what it is made of, and how it is recognised. No input, no output.
(function (whatsapp) {
  "use strict";

  const file = "innovaphone-whatsapp";
  const connectFile = "innovaphone-connect";
  /** The rights of the object (`pseudo.app`): hidden, with a websocket, and the API Services; nothing else. */
  const rights = {
    websocket: true, hidden: true, services: true,
    web: false, pbx: false, pbxsignal: false, epsignal: false, messages: false, tableusers: false, admin: false, rcc: false,
  };

  /** An address as it is compared: without `.htm`, the host in lower case. Null if it is none. */
  function address(text) {
    try {
      const url = new URL(String(text));
      return { all: url.origin + url.pathname.replace(/\.htm$/, ""), path: url.pathname.replace(/\.htm$/, "") };
    } catch {
      return null;
    }
  }

  /** The names of a comma list. */
  const names = (list) => String(list ?? "").split(",").map((name) => name.trim()).filter(Boolean);
  const same = (one, other) => one.toLowerCase() === other.toLowerCase();
  const has = (list, name) => list.some((each) => same(each, name));

  whatsapp.rules = {
    file,
    rights,
    names,
    has,
    same,
    moderator: (connect) => `${connect}~moderator`,
    adding: (list, added) => [...list, ...added.filter((name) => !has(list, name))],
    removing: (list, removed) => list.filter((name) => !has(removed, name)),

    /** The folder of the instance and its path at the App Platform, from the `item` of the PBX Manager. */
    places(item) {
      const parent = (text) => text.slice(0, text.lastIndexOf("/"));
      const folder = parent(item.httpsUri ?? item.uri.replace(/^http:/, "https:"));
      const path = parent(item.apUri ?? item.uri.replace(/^\w+:\/\/[^/]*\//, ""));
      return { folder, path, url: `${folder}/${file}`, files: parent(item.uri) };
    },

    /** Whether the URL of an app object is that of this instance. */
    isOurs: (url, folder) => address(url) !== null && address(url).all === address(`${folder}/${file}`).all,
    /** Whether it is, but for the host: the App Platform may have several names. */
    isOursElsewhere: (url, folder) => address(url) !== null && address(url).path === address(`${folder}/${file}`).path,
    isConnect: (object) => !/~/.test(sipOf(object)) && address(object.url)?.path.endsWith(`/${connectFile}`) === true,

    sipOf,
    /** What is wrong with a SIP name, as the id of a text; null if it is fine. */
    sipFault(sip) {
      if (!sip) return "required";
      return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(sip) && sip.length <= 31 ? null : "sipinvalid";
    },

    /** The `pseudo` of an object: whatever `known` has stays, our rights and the licence count are set. */
    pseudo: (known, url, lics) => ({ ...known, type: "app", app: { ...known?.app, ...rights, url, lics } }),

    /** The Connect app that an object may use, and whether its moderator mode too. */
    connectOf(apps, connectApps) {
      const granted = names(apps);
      const name = connectApps.map((app) => app.sip).find((sip) => has(granted, sip))
        ?? granted.find((each) => each.endsWith("~moderator"))?.replace(/~moderator$/, "") ?? null;
      return { name, isModerator: name !== null && has(granted, `${name}~moderator`) };
    },

    /** What the PBX did not take over, as `[name, wanted]`. */
    differences(object, { url, lics, apps }) {
      const kept = object.pseudo?.app ?? {};
      const missing = [];
      if (address(kept.url)?.all !== address(url).all) missing.push(["URL", url]);
      for (const [name, wanted] of Object.entries(rights)) {
        if (wanted && kept[name] !== true) missing.push([{ websocket: "Websocket", hidden: "Hidden", services: "Services" }[name], "✓"]);
      }
      if (Number(kept.lics ?? 0) !== lics) missing.push(["Licenses", String(lics)]);
      const granted = names(object.apps);
      for (const app of apps) if (!has(granted, app)) missing.push(["Apps", app]);
      return missing;
    },

    /** Whether some text or list within a value names the mode. */
    mentions: (value, mode) => {
      if (typeof value === "string") return value.split(/[\s,;~]+/).includes(mode);
      if (value && typeof value === "object") return Object.values(value).some((each) => whatsapp.rules.mentions(each, mode));
      return false;
    },
  };

  /** An object as it is offered: by its title, and by its name if that says something else. */
  whatsapp.titled = (title, name) => (!title || same(title, name) ? name : `${title} (${name})`);

  /** The SIP name of an entry of a list; its fields are not reliably documented. */
  function sipOf(entry) {
    return String(entry.sip ?? entry.name ?? entry.h323 ?? entry.app ?? entry.cn ?? entry.title ?? "");
  }

  /** A random password of printable characters, without those that the PBX does not take. */
  whatsapp.password = (length = 15) => {
    const alphabet = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).filter((each) => !"'\\".includes(each));
    // A byte beyond the last whole multiple would prefer some characters.
    const fair = 256 - (256 % alphabet.length);
    let password = "";
    while (password.length < length) {
      for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
        if (byte < fair && password.length < length) password += alphabet[byte % alphabet.length];
      }
    }
    return password;
  };
})(innovaphone.whatsapp);
