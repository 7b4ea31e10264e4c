// Stand-in for the SDK's scripts where no PBX Manager provides them.
var innovaphone = innovaphone || {};
innovaphone.ui1 = innovaphone.ui1 || {
    nodePrototype: {
        createNode: function (type, style, content, cl) {
            this.container = document.createElement(type);
            if (cl) this.container.className = cl;
        },
    },
};
