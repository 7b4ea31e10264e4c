// The plugin's constructor: the PBX Manager, or the fallback page, makes one of it.
var plugin = plugin || {};
plugin.innovaphone = plugin.innovaphone || {};
plugin.innovaphone.whatsappmanager = plugin.innovaphone.whatsappmanager || function (start, item, app) {
    "use strict";
    var all = innovaphone.whatsappmanagertexts;
    var texts = all[start.lang] || all.en;
    this.createNode("div", null, null, "item-node");
    this.container.className = "innovaphone-whatsapp-plugin";
    var heading = document.createElement("h1");
    heading.textContent = texts.pluginTitle;
    this.container.appendChild(heading);
};
plugin.innovaphone.whatsappmanager.prototype = innovaphone.ui1.nodePrototype;
