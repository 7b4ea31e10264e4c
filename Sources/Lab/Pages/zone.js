// The Connect zone: discussions as cards, their posts as a tree.

import { close, complain, openDelete, openEdit, show } from "/changes.js";
import { composer } from "/composer.js";
import { arrange, choice, drawn, icon, initials, make } from "/dom.js";
import { fileView } from "/files.js";
import { call } from "/stream.js";
import { listText, momentText, postNodes } from "/text.js";

const byID = (id) => document.getElementById(id);

/** What a call says of a text and files, of which one may be missing. */
const content = (text, files) => ({ ...(text ? { text } : {}), ...(files.length > 0 ? { files } : {}) });

export class Zone {
  #state = null;
  #now = 0;
  #author = null;
  #people = "";
  /** The newest post that was drawn; null before the first state. */
  #newest = null;

  constructor() {
    const box = byID("new-post-box");
    const button = byID("new-post");
    const close = () => {
      box.hidden = true;
      button.setAttribute("aria-expanded", "false");
      button.focus();
    };
    const writing = composer({
      label: "New post in the zone", placeholder: "Among colleagues, not sent to WhatsApp…", button: "Post", cancel: close, attaches: true,
      send: async (text, files) => {
        await call("post", { author: this.#author, ...content(text, files) });
        close();
      },
    });
    box.append(writing.element);
    button.addEventListener("click", () => {
      if (!box.hidden) return close();
      box.hidden = false;
      button.setAttribute("aria-expanded", "true");
      writing.focus();
    });
  }

  update(state, now) {
    this.#state = state;
    this.#now = now;
    this.#author ??= state.colleagues[0]?.sip ?? null;
    byID("zone-title").textContent = `Connect, zone “${state.zone}”`;
    const people = state.colleagues.map(({ sip, dn }) => ({ key: sip, name: dn.split(" ")[0], label: dn }));
    if (JSON.stringify(people) !== this.#people) {
      this.#people = JSON.stringify(people);
      choice(byID("colleagues"), "colleague", people, this.#author, (key) => {
        this.#author = key;
        this.#draw();
      });
    }
    this.#draw();
    this.#reveal();
  }

  /** Scrolls to what has come, unless somebody is writing elsewhere in the zone. */
  #reveal() {
    const newest = Math.max(0, ...this.#state.posts.map((post) => post.id));
    const isNew = this.#newest !== null && newest > this.#newest;
    this.#newest = newest;
    const box = byID("zone").querySelector(".composer:not([data-sending]) textarea:focus");
    if (!isNew || box?.value) return;
    byID("discussions").querySelector(`li[data-id="${newest}"] > .post`)?.scrollIntoView({ block: "nearest" });
  }

  #draw() {
    const roots = this.#state.posts.filter((post) => post.repliesTo === undefined).sort((one, other) => other.id - one.id);
    const items = roots.length > 0 ? roots.map((root) => this.#tree(root)) : [{ post: { id: "empty" } }];
    arrange(byID("discussions"), items, (item) => item.post.id, (item) => (item.post.id === "empty" ? this.#emptyState() : this.#card(item)));
  }

  /** A post with its replies, oldest first. A reply to what was deleted hangs at the root. */
  #tree(root) {
    const posts = this.#state.posts.filter((post) => post.discussion === root.id && post.id !== root.id);
    const ids = new Set(posts.map((post) => post.id));
    const below = (id) =>
      posts
        .filter((post) => (ids.has(post.repliesTo) ? post.repliesTo : root.id) === id)
        .map((post) => ({ post, replies: below(post.id) }));
    return { post: root, replies: below(root.id) };
  }

  #emptyState() {
    return drawn(make("div", { class: "empty" }), () => [
      make("p", {}, "No discussion yet."),
      make("p", { class: "small" }, "What a customer writes on the phone appears here, and every reply goes back to the phone."),
    ]);
  }

  // MARK: Cards

  #card(item) {
    const title = make("h3");
    const tree = make("ul", { class: "tree" });
    const reply = composer({
      label: "Reply in this discussion", placeholder: "Reply in this discussion…", button: "Reply",
      attaches: true,
      send: (text, files) => call("post", { author: this.#author, ...content(text, files), repliesTo: item.post.id }),
    });
    const element = make("article", { class: "card", "data-id": item.post.id }, title, tree, make("div", { class: "card-foot" }, reply.element));
    return {
      element,
      update: (current) => {
        title.textContent = current.post.title ?? "";
        title.hidden = !current.post.title;
        element.setAttribute("aria-label", current.post.title ?? `Discussion of ${this.#name(current.post)}`);
        arrange(tree, [current], (each) => each.post.id, (each) => this.#node(each));
      },
    };
  }

  #node() {
    const avatar = make("span", { class: "avatar-place", "aria-hidden": "true" });
    const top = make("div");
    const files = make("ul", { class: "files" });
    const bottom = make("div");
    const content = make("div", { class: "post" }, avatar, make("div", { class: "post-body" }, top, files, bottom));
    const box = make("div", { class: "reply-box" });
    const replies = make("ul", { class: "tree" });
    const element = make("li", {}, content, box, replies);
    // Each is drawn by itself, so that a like does not stop a sound.
    const views = [
      drawn(avatar, (shown) => this.#avatar(shown)), drawn(top, (shown) => this.#text(shown)), drawn(bottom, (shown) => this.#actions(shown, box)),
    ];
    return {
      element,
      update: ({ post, replies: children }) => {
        element.dataset.id = post.id;
        content.toggleAttribute("data-private", post.private);
        const shown = {
          id: post.id, author: post.author, dn: this.#name(post), at: post.at, time: momentText(post.at, this.#now), isEdited: Boolean(post.updated),
          text: post.text, tags: post.tags, private: post.private, readers: this.#readers(post),
          blindWriter: post.visibleTo.includes(this.#author) ? null : this.#nameOf(this.#author), isRoot: post.repliesTo === undefined,
          isOwn: post.author === this.#author, likes: post.likedBy.map((sip) => this.#nameOf(sip)), isLiked: post.likedBy.includes(this.#author),
        };
        for (const view of views) view.update(shown);
        files.hidden = post.files.length === 0;
        arrange(files, post.files, (file) => file.id, (file) => drawn(make("li"), () => [fileView(`/lab/api/posts/${post.id}/files/${file.id}`, file)]));
        replies.hidden = children.length === 0;
        arrange(replies, children, (each) => each.post.id, (each) => this.#node(each));
      },
    };
  }

  #name(post) { return this.#nameOf(post.author, post.dn); }

  #nameOf(sip, dn) {
    if (sip === this.#state.zone) return dn ?? "WhatsApp";
    return dn ?? this.#state.colleagues.find((person) => person.sip === sip)?.dn ?? sip;
  }

  /** Who sees a private post, by name. */
  #readers(post) {
    if (!post.private) return null;
    const names = post.visibleTo.map((sip) => this.#nameOf(sip));
    if (post.author === this.#state.zone || post.notify.includes(this.#state.zone)) names.push("the connector");
    return listText(names);
  }

  #avatar(post) {
    const place = this.#state.colleagues.findIndex((person) => person.sip === post.author) % 3;
    return make("span", { class: `avatar ${post.author === this.#state.zone ? "connector" : `colleague-${place}`}` }, initials(post.dn));
  }

  #text(post) {
    return [
      make(
        "div",
        { class: "post-head" },
        make("strong", {}, post.dn),
        post.author === this.#state.zone ? make("span", { class: "badge" }, "connector") : null,
        make("time", { datetime: new Date(post.at).toISOString() }, post.time),
        post.isEdited ? make("span", { class: "small" }, "edited") : null,
      ),
      post.private ? make("p", { class: "private" }, icon("lock"), `Private, only for ${post.readers}`) : null,
      post.text ? make("div", { class: "post-text" }, postNodes(post.text)) : null,
      post.tags.length > 0 ? make("p", { class: "small" }, post.tags.map((tag) => `#${tag}`).join(" ")) : null,
    ];
  }

  #actions(post, box) {
    if (post.blindWriter) return make("p", { class: "small" }, `${post.blindWriter} does not see this post.`);
    const quiet = (name, words, click, attributes = {}) => make("button", { type: "button", class: "quiet", click, ...attributes }, icon(name), words);
    const like = async () => {
      try {
        await call("like", { id: post.id, author: this.#author, like: !post.isLiked });
      } catch (error) {
        complain(box, error);
      }
    };
    const count = post.likes.length;
    const likers = count > 0 ? `Liked by ${listText(post.likes)}` : "Nobody likes it yet";
    return make(
      "div",
      { class: "actions" },
      quiet("reply", "Reply", () => this.#openReply(box, post, false)),
      quiet("lock", "Reply privately", () => this.#openReply(box, post, true)),
      quiet("like", count > 0 ? String(count) : "Like", like, {
        "aria-pressed": String(post.isLiked), "aria-label": count > 0 ? `Like. ${likers}` : "Like", title: likers,
      }),
      post.isOwn ? quiet("edit", "", () => openEdit(box, post), { "aria-label": "Edit", title: "Edit" }) : null,
      post.isOwn ? quiet("delete", "", () => openDelete(box, post), { "aria-label": "Delete", title: "Delete" }) : null,
    );
  }

  // MARK: Replies

  #openReply(box, post, isPrivate) {
    const leave = () => close(box);
    const stays = isPrivate || post.private;
    const recipient = isPrivate ? this.#recipientChoice(post) : null;
    const writing = composer({
      label: isPrivate ? "Private reply" : `Reply to ${post.dn}`,
      placeholder: stays ? "The customer never sees this…" : "Reply…",
      button: isPrivate ? "Reply privately" : "Reply",
      cancel: leave,
      attaches: true,
      extra: recipient ? make("label", { class: "recipient" }, icon("lock"), "Private, to", recipient) : null,
      send: async (text, files) => {
        const fields = { author: this.#author, ...content(text, files), repliesTo: post.id };
        await call("post", isPrivate ? { ...fields, private: true, notify: [recipient.value] } : fields);
        leave();
      },
    });
    writing.element.toggleAttribute("data-private", stays);
    show(box, writing.element, writing.box);
  }

  /** The colleagues and the connector; at first the post's author, if that is a colleague. */
  #recipientChoice(post) {
    const others = this.#state.colleagues.filter((person) => person.sip !== this.#author);
    const options = [...others.map((person) => [person.sip, person.dn]), [this.#state.zone, "the connector"]];
    const first = others.some((person) => person.sip === post.author) ? post.author : options[0][0];
    return make("select", { "aria-label": "Recipient of the private reply" }, options.map(([value, name]) => make("option", { value, selected: value === first }, name)));
  }
}
