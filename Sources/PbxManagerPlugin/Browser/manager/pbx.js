// The PBX (PbxAdminApi) and the App Platform (manager API), asked with promises.
(function (whatsapp) {
  "use strict";

  const { Failure } = whatsapp;
  const api = "PbxAdminApi";
  const patience = 15_000;
  /** More pages than any PBX has; ends a list that never ends. */
  const pageLimit = 400;

  whatsapp.Pbx = class {
    /** `connection` is the PBX Manager's own. */
    constructor(connection) {
      this.connection = connection;
    }

    request(mt, fields = {}) {
      return this.#exchange((src) => src.send({ api, mt, ...fields }), (answer, end) => end(answer));
    }

    /** All objects of a list, however many pages it has. */
    async list(mt, fields = {}) {
      const objects = [];
      let pages = 0;
      await this.#exchange((src) => src.send({ api, mt, ...fields }), (answer, end, src) => {
        objects.push(...(Array.isArray(answer.objects) ? answer.objects : []));
        const { more } = answer;
        if (++pages < pageLimit && ((typeof more === "string" && more) || typeof more === "number")) src.send({ api, mt, ...fields, more });
        else if (more !== true) end();
      });
      return objects;
    }

    #exchange(begin, receive) {
      return new Promise((resolve, reject) => {
        let timer = null;
        let isOver = false;
        const end = (act, value) => {
          if (isOver) return;
          isOver = true;
          clearTimeout(timer);
          src.close();
          act(value);
        };
        const wait = () => {
          clearTimeout(timer);
          timer = setTimeout(() => end(reject, new Failure("NO_PBX")), patience);
        };
        const src = new this.connection.Src((answer) => {
          if (isOver) return;
          if (answer.error) {
            const detail = [answer.errorText, answer.error].find((each) => typeof each === "string") ?? String(answer.error);
            end(reject, new Failure("PBX_ERROR", { detail, result: answer }));
            return;
          }
          wait();
          receive(answer, (value) => end(resolve, value), src);
        });
        wait();
        begin(src);
      });
    }

    /** An object by `guid`, `cn` or `h323`; null if the PBX has none. */
    async find(key) {
      try {
        const object = await this.request("GetObject", key);
        return object.guid ? object : null;
      } catch (error) {
        if (error.code === "PBX_ERROR") return null;
        throw error;
      }
    }

    update(fields) {
      return this.request("UpdateObject", fields);
    }

    appObjects(uri) {
      return this.list("GetAppObjects", uri ? { uri } : {});
    }

    /** Takes a name into an object's list of apps, or out of it, reading the list right before. Says whether it changed. */
    async grant(key, name, isGranted) {
      const object = await this.find(key);
      if (!object) throw new Failure("PBX_ERROR", { detail: Object.values(key)[0] });
      const { rules } = whatsapp;
      const before = rules.names(object.apps);
      const after = isGranted ? rules.adding(before, [name]) : rules.removing(before, [name]);
      if (after.length === before.length) return false;
      const fields = { guid: object.guid, apps: after.join(",") };
      // A config template is written with its name, everything else without.
      await this.update(key.cn ? { ...fields, cn: object.cn } : fields);
      return true;
    }
  };

  whatsapp.Manager = class {
    /** `path` is the instance's folder at the App Platform. */
    constructor(start, item, path) {
      this.api = start.consumeApi("com.innovaphone.manager");
      this.provider = item.ap;
      this.path = path;
    }

    #request(mt, fields) {
      return new Promise((resolve, reject) => {
        let isOver = false;
        const end = (act, value) => {
          if (isOver) return;
          isOver = true;
          clearTimeout(timer);
          src.close();
          act(value);
        };
        const timer = setTimeout(() => end(reject, new Failure("NO_MANAGER")), patience);
        const src = new this.api.Src(({ msg, errorText }) => {
          const error = msg?.error ?? errorText;
          const detail = [msg?.errorText, errorText, error].find((each) => typeof each === "string") ?? "";
          if (error || !msg) end(reject, new Failure("MANAGER_ERROR", { detail }));
          else end(resolve, msg);
        });
        src.send({ mt, path: this.path, ...fields }, this.provider);
      });
    }

    /** What AppLogin at the instance needs. */
    login(challenge) {
      return this.#request("GetInstanceLogin", { app: "-", challenge });
    }

    setInstancePassword(pwd) {
      return this.#request("SetInstancePassword", { pwd });
    }
  };
})(innovaphone.whatsapp);
