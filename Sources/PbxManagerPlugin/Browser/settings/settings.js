// Starts the plugin on a page of its own, without a PBX.
(function () {
    "use strict";
    var language = (navigator.language || "en").slice(0, 2);
    var start = { lang: language, scheme: "light" };
    document.documentElement.lang = language;
    var folder = location.href.replace(/settings.*$/, "");
    var item = { fallback: true, uri: folder + "innovaphone.whatsappmanager" };
    var page = new plugin.innovaphone.whatsappmanager(start, item, null);
    document.getElementById("settings").appendChild(page.container);
})();
