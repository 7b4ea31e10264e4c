// Makes, changes, repairs and deletes the app object: what is sent to PBX and App Platform, and in which order.
(function (whatsapp) {
  "use strict";

  const { Failure, FieldFailure, rules, text: t } = whatsapp;
  const pollInterval = 2_000;
  const pollLimit = 30_000;
  const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

  /** What the form asks for: `{cn, sip, connect, moderator, lics, templates: {add: [cn], remove: [cn]}, grantConnect}`. */
  whatsapp.AppObjectWork = class {
    constructor(model, steps) {
      this.model = model;
      this.pbx = model.pbx;
      this.steps = steps;
    }

    /** Creates the object. Throws if it was not created. */
    async create(wish) {
      const { steps, pbx, model } = this;
      await steps.run(t("step-free"), async () => {
        await model.readObject();
        if (model.pbxFailure) throw model.pbxFailure;
        if (model.object) throw new FieldFailure("object", t("oneonly"));
        if (await pbx.find({ h323: wish.sip })) throw new FieldFailure("sip", t("sipused"));
      });
      const pwd = whatsapp.password();
      // First the instance: an object that the instance does not know would be of no use.
      await steps.run(t("step-password"), () => model.manager.setInstancePassword(pwd));
      const apps = rules.adding([wish.connect], [wish.moderator]);
      const guid = await steps.run(t("step-object"), async () => {
        const pseudo = rules.pseudo({}, model.places.url, wish.lics);
        const fields = { cn: wish.cn, h323: wish.sip, pwd, hide: true, critical: true, apps: apps.join(","), pseudo };
        return (await pbx.update(fields)).guid;
      });
      await this.#verify(guid, wish, apps);
      await this.#assignTemplates(wish.templates, wish.sip);
      await this.#allowConnect(wish);
      await this.#awaitConnection(wish.sip);
    }

    /** Changes the object. Throws if it could not be changed. */
    async edit(wish) {
      const { steps, pbx, model } = this;
      const { guid, sip: oldSip } = model.object;
      const isRenamed = wish.sip !== oldSip;
      const present = await steps.run(t("step-read"), async () => {
        const object = await pbx.find({ guid });
        if (!object) throw new Failure("PBX_ERROR", { detail: oldSip });
        if (isRenamed && !rules.same(wish.sip, oldSip) && (await pbx.find({ h323: wish.sip }))) throw new FieldFailure("sip", t("sipused"));
        return object;
      });
      const connectNow = wish.connectBefore ? [wish.connectBefore, rules.moderator(wish.connectBefore)] : [];
      const apps = rules.adding(rules.removing(rules.names(present.apps), connectNow), [wish.connect, wish.moderator]);
      await steps.run(t("step-object"), () => pbx.update({
        guid, cn: wish.cn, h323: wish.sip, hide: true, critical: true, apps: apps.join(","),
        pseudo: rules.pseudo(present.pseudo, present.pseudo?.app?.url ?? model.places.url, wish.lics),
      }));
      await this.#verify(guid, wish, apps, present.pseudo?.app?.url);
      if (isRenamed) await this.#rename(oldSip, wish);
      await this.#assignTemplates(wish.templates, wish.sip);
      if (wish.connectBefore && !rules.same(wish.connectBefore, wish.connect)) {
        await steps.attempt(t("step-connect-old", wish.connectBefore), () => this.#revoke({ h323: wish.connectBefore }, oldSip));
      }
      await this.#allowConnect(wish);
      const isTakenBack = !wish.grantConnect && !isRenamed && model.object.connectAllows;
      if (isTakenBack) await steps.attempt(t("step-connect-old", wish.connect), () => this.#revoke({ h323: wish.connect }, oldSip));
    }

    async #rename(oldSip, wish) {
      const { steps, model } = this;
      for (const { cn, apps } of wish.allTemplates) {
        if (!rules.has(apps, oldSip) || wish.templates.remove.includes(cn)) continue;
        await steps.attempt(t("step-template", cn), async () => {
          await this.#revoke({ cn }, oldSip);
          await this.pbx.grant({ cn }, wish.sip, true);
        });
      }
      await steps.attempt(t("step-connect-old", wish.connect), () => this.#revoke({ h323: wish.connect }, oldSip));
      // The PBX logs in anew under the new name; the numbers follow as soon as the instance can be asked.
      await steps.attempt(t("step-zone", wish.sip), async () => {
        await model.instance.ready();
        await model.instance.ask("MoveZone", { from: oldSip, to: wish.sip });
      });
    }

    async #revoke(key, sip) {
      await this.pbx.grant(key, sip, false);
    }

    /** Reads the object back, because some keys of it are nowhere documented. */
    async #verify(guid, wish, apps, url = this.model.places.url) {
      await this.steps.attempt(t("step-verify"), async () => {
        const object = await this.pbx.find({ guid });
        if (!object) throw new Failure("PBX_ERROR", { detail: wish.sip });
        const missing = rules.differences(object, { url, lics: wish.lics, apps });
        return missing.length ? t("verify-differs", missing.map(([name, value]) => `${name}: ${value}`).join("; ")) : null;
      });
    }

    async #assignTemplates({ add, remove }, sip) {
      for (const cn of add) await this.steps.attempt(t("step-template", cn), async () => { await this.pbx.grant({ cn }, sip, true); });
      for (const cn of remove) await this.steps.attempt(t("step-template-off", cn), () => this.#revoke({ cn }, sip));
    }

    async #allowConnect({ connect, sip, grantConnect }) {
      if (grantConnect) await this.steps.attempt(t("step-connect"), async () => { await this.pbx.grant({ h323: connect }, sip, true); });
    }

    async #awaitConnection(sip) {
      const { steps, model } = this;
      const isConnected = await steps.attempt(t("step-wait"), async () => {
        for (let waited = 0; waited <= pollLimit; waited += pollInterval) {
          const object = (await this.pbx.appObjects(`${model.places.folder}/`)).find((each) => rules.sipOf(each) === sip);
          if (object?.connected === true) return null;
          await pause(pollInterval);
        }
        return t("step-wait-failed");
      });
      if (isConnected) await this.#check(sip);
    }

    async #check(sip) {
      const { steps, model } = this;
      await steps.attempt(t("step-check"), async () => {
        await model.instance.ready();
        const standing = await model.passwordStanding(sip);
        if (standing === "different") return t("st_pwd");
        return standing === "ok" ? null : t("failure-NO_INSTANCE");
      });
    }

    /** Gives instance and object a new password. */
    async repair() {
      const { steps, model } = this;
      const { guid, sip } = model.object;
      const pwd = whatsapp.password();
      await steps.run(t("step-password"), () => model.manager.setInstancePassword(pwd));
      await steps.run(t("step-object"), () => this.pbx.update({ guid, pwd }));
      await this.#awaitConnection(sip);
    }

    /** Deletes the object; what the instance is configured with stays. */
    async remove() {
      const { steps, model, pbx } = this;
      const { guid, sip, connectApp } = model.object;
      const templates = await steps.run(t("step-read"), () => whatsapp.readTemplates(pbx));
      for (const { cn, apps } of templates) {
        if (rules.has(apps, sip)) await steps.attempt(t("step-template-off", cn), () => this.#revoke({ cn }, sip));
      }
      if (connectApp) await steps.attempt(t("step-connect-old", connectApp), () => this.#revoke({ h323: connectApp }, sip));
      await steps.run(t("step-delete"), () => pbx.request("DeleteObject", { guid }));
    }
  };

  /** All config templates with their apps and parents: `[{cn, guid, apps, parents}]`. Those that cannot be read are left out. */
  whatsapp.readTemplates = async (pbx, progress = () => {}) => {
    const listed = await pbx.list("GetConfigObjects", { limit: 50 });
    const templates = [];
    const read = async (entries) => {
      for (const entry of entries) {
        const object = await pbx.find({ cn: entry.cn });
        if (object) templates.push({ cn: object.cn ?? entry.cn, guid: object.guid, apps: rules.names(object.apps), parents: entry.config ?? [] });
        progress(templates.length, listed.length);
      }
    };
    // Four at a time: fast with many templates, and still easy on the PBX.
    const lanes = [0, 1, 2, 3].map((lane) => listed.filter((_, index) => index % 4 === lane));
    await Promise.all(lanes.map(read));
    return templates.sort((one, other) => one.cn.localeCompare(other.cn));
  };
})(innovaphone.whatsapp);
