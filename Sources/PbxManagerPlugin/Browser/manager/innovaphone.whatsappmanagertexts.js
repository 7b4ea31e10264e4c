var innovaphone = innovaphone || {};
innovaphone.whatsappmanagertexts = {
    en: { pluginTitle: "Connector for WhatsApp" },
    de: { pluginTitle: "Connector für WhatsApp" },
};
