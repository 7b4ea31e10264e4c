// A small stand-in for the SDK script of the same name: nodes and style variables. Content is always text, never HTML.
var innovaphone = window.innovaphone || {};
innovaphone.ui1 = innovaphone.ui1 || {};

innovaphone.ui1.nodePrototype = innovaphone.ui1.nodePrototype || {
  /** Makes this object's element; `content` is a node or a text. */
  createNode(type, style, content, className) {
    this.container = type === "body" ? document.body : document.createElement(type);
    if (style) this.container.style.cssText = style;
    if (content) this.container.append(content.container ?? content);
    if (className) this.container.className = className;
    return this;
  },

  add(node, before) {
    this.container.insertBefore(node.container, before ? before.container ?? before : null);
    return node;
  },

  rem(node) {
    if (node.container.parentNode !== this.container) return undefined;
    node.container.remove();
    return node;
  },

  clear() {
    this.container.replaceChildren();
    return this;
  },

  addText(text) {
    this.container.textContent = text ?? "";
    return this;
  },

  addEvent(type, handler, object) {
    const listener = (event) => handler(event, object === undefined ? this : object);
    this.listeners = [...(this.listeners ?? []), { type, handler, listener }];
    this.container.addEventListener(type, listener);
    return this;
  },

  remEvent(type, handler) {
    const found = this.listeners?.find((each) => each.type === type && (!handler || each.handler === handler));
    if (found) {
      this.container.removeEventListener(type, found.listener);
      this.listeners = this.listeners.filter((each) => each !== found);
    }
    return this;
  },

  setClass(name) {
    this.container.className = name;
    return this;
  },

  addClass(name) {
    this.container.classList.add(name);
    return this;
  },

  remClass(name) {
    this.container.classList.remove(name);
    return this;
  },

  hasClass(name) {
    return this.container.classList.contains(name);
  },

  setStyle(name, value) {
    this.container.style[name] = value;
    return this;
  },

  setAttribute(name, value) {
    this.container.setAttribute(name, value);
    return this;
  },

  setDisabled(state) {
    this.container.disabled = state !== false;
    return this;
  },

  addTranslation(languages, id, property, args) {
    languages.create(this, property, id, args);
    return this;
  },

  createTranslation(languages, id, property, args) {
    return languages.create(this, property, id, args);
  },

  /** The hook of browser tests: the id `test-<id>`. */
  testId(id) {
    if (id) this.container.id = `test-${id}`;
    else this.container.removeAttribute("id");
    return this;
  },
};

innovaphone.ui1.Node = innovaphone.ui1.Node || function (type, style, content, className) {
  this.createNode(type, style, content, className);
};
innovaphone.ui1.Node.prototype = innovaphone.ui1.nodePrototype;

innovaphone.ui1.Div = innovaphone.ui1.Div || function (style, content, className) {
  this.createNode("div", style, content, className);
};
innovaphone.ui1.Div.prototype = innovaphone.ui1.nodePrototype;

innovaphone.ui1.Input = innovaphone.ui1.Input || function (style, value, placeholder, maxLength, type, className) {
  this.createNode("input", style, null, className);
  const input = this.container;
  if (type) input.type = type;
  if (placeholder) input.placeholder = placeholder;
  if (maxLength) input.maxLength = maxLength;
  const property = type === "checkbox" ? "checked" : "value";
  let original = value ?? (type === "checkbox" ? false : "");
  input[property] = original;

  this.getValue = () => {
    if (type === "checkbox" || type === "password") return input[property];
    return type === "number" ? Number.parseInt(input.value, 10) || 0 : input.value.trim();
  };
  this.setValue = (next, isOriginal) => {
    input[property] = next;
    if (isOriginal) original = next;
    return this;
  };
  this.changed = () => this.getValue() !== original;
};
innovaphone.ui1.Input.prototype = innovaphone.ui1.nodePrototype;

/** Style variables of several schemes, one of which is set on an element (the body unless another is given). */
innovaphone.ui1.CssVariables = innovaphone.ui1.CssVariables || class {
  constructor(sets, current, element) {
    this.sets = sets;
    this.element = element ?? document.body;
    this.activate(current);
  }

  activate(id) {
    this.current = this.sets[id] ? id : Object.keys(this.sets)[0];
    for (const [name, value] of Object.entries(this.sets[this.current])) this.element.style.setProperty(name, value);
  }
};
