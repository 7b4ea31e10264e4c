// The symbols of the plugin, drawn with one pen on a field of 24 by 24.
(function (whatsapp) {
  "use strict";

  const shapes = {
    add: "M12 5v14M5 12h14",
    alert: "M12 3.5 22 20.5H2ZM12 10v4.5M12 17.6v.2",
    back: "M15 5l-7 7 7 7",
    check: "M5 12.5l4.5 4.5L19.5 7",
    close: "M6 6l12 12M18 6 6 18",
    copy: "M9 9h11v11H9ZM5 15H4V4h11v1",
    download: "M12 4v11M7 11l5 5 5-5M4 20h16",
    error: "M12 2.5a9.5 9.5 0 1 0 .01 0ZM12 7v6M12 16.3v.2",
    info: "M12 2.5a9.5 9.5 0 1 0 .01 0ZM12 11v6M12 7.5v.2",
    key: "M8 11a4 4 0 1 0 .01 0ZM11 12.5 20 4M16 8l3 3",
    link: "M10 5H5v14h14v-5M13 4h7v7M20 4l-9 9",
    lock: "M5 11h14v9H5ZM8 11V8a4 4 0 0 1 8 0v3",
    number: "M7 3h10v18H7ZM11 18h2",
    off: "M4 12h16",
    setup: "M4 12a8 8 0 0 1 14-5.3L20 9M20 4v5h-5M20 12a8 8 0 0 1-14 5.3L4 15M4 20v-5h5",
    sliders: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
    trash: "M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10.5 11v5M13.5 11v5",
    wait: "M12 3a9 9 0 1 0 9 9",
  };

  /** A symbol. It says nothing by itself: its meaning stands beside it, or in its button's name. */
  whatsapp.icon = (name) => {
    const namespace = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(namespace, "svg");
    const path = document.createElementNS(namespace, "path");
    svg.setAttribute("class", `innovaphone-whatsapp-icon innovaphone-whatsapp-icon-${name}`);
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", shapes[name]);
    svg.append(path);
    return svg;
  };
})(innovaphone.whatsapp);
