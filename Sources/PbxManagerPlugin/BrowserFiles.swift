/// The plugin's files for the browser, as they are served. `Browser/` holds their sources.
public enum BrowserFiles {
    /// A file.
    public struct File: Sendable {
        /// Its content.
        public var bytes: [UInt8]
        /// Its media type.
        public var type: String
    }

    /// The names below the instance's root: the plugin itself.
    public static let pluginNames = Array(plugin.keys)
    /// The names of the fallback page's scripts and styles, below `settings/`.
    public static let settingsNames = Array(settings.keys)

    /// The stand-in for the SDK's scripts, in the order in which a page loads them; each is found with ``settings(_:)``.
    public static let sdkNames = [
        "innovaphone.lib1.js", "innovaphone.ui1.lib.js", "innovaphone.crypto.js", "innovaphone.appwebsocket.Connection.js",
    ]

    /// A file of the plugin, by its name below the instance's root.
    public static func plugin(_ name: String) -> File? { plugin[name] }

    /// A file of the fallback page, among them the stand-in for the SDK's scripts, by its name below `settings/`.
    public static func settings(_ name: String) -> File? { settings[name] }

    /// The fallback page itself.
    public static let settingsPage = File(bytes: PackageResources.settings_htm, type: Kind.html)

    /// A file of the mini App Platform's hidden app, by its name below `/manager/`.
    static func platform(_ name: String) -> File? { platform[name] }

    private enum Kind {
        static let html = "text/html; charset=utf-8"
        static let script = "text/javascript; charset=utf-8"
        static let style = "text/css; charset=utf-8"
    }

    /// The parts of the plugin's script in the order in which they run: each is a closed function over one shared namespace, and finds
    /// there what those before it have put in.
    private static let managerScripts = [
        PackageResources.ui_js,
        PackageResources.failures_js,
        PackageResources.rules_js,
        PackageResources.screen_js,
        PackageResources.icons_js,
        PackageResources.dialogs_js,
        PackageResources.fields_js,
        PackageResources.tags_js,
        PackageResources.instance_js,
        PackageResources.pbx_js,
        PackageResources.model_js,
        PackageResources.zones_js,
        PackageResources.steps_js,
        PackageResources.templates_js,
        PackageResources.appobject_js,
        PackageResources.general_js,
        PackageResources.diagnosis_js,
        PackageResources.privateposts_js,
        PackageResources.numberrow_js,
        PackageResources.configuration_js,
        PackageResources.edit_js,
        PackageResources.home_js,
        PackageResources.information_js,
        PackageResources.recipe_js,
        PackageResources.sharedsetup_js,
        PackageResources.setup_js,
        PackageResources.plugin_js,
    ]

    /// The parts of the plugin's styles: the frame, then what stands in it.
    private static let managerStyles = [
        PackageResources.frame_css,
        PackageResources.home_css,
        PackageResources.notices_css,
        PackageResources.fields_css,
        PackageResources.numbers_css,
    ]

    private static let plugin: [String: File] = [
        "innovaphone.whatsappmanager.js": File(bytes: joined(managerScripts), type: Kind.script),
        "innovaphone.whatsappmanager.css": File(bytes: joined(managerStyles), type: Kind.style),
        "innovaphone.whatsappmanagertexts.js": File(bytes: PackageResources.innovaphone_whatsappmanagertexts_js, type: Kind.script),
    ]

    private static func joined(_ parts: [[UInt8]]) -> [UInt8] { Array(parts.joined(separator: Array("\n".utf8))) }

    private static let platform: [String: File] = [
        "manager-domain-api.htm": File(bytes: PackageResources.manager_domain_api_htm, type: Kind.html),
        "manager-domain-api.js": File(bytes: PackageResources.manager_domain_api_js, type: Kind.script),
    ]

    private static let settings: [String: File] = [
        "settings.js": File(bytes: PackageResources.settings_js, type: Kind.script),
        "settings.css": File(bytes: PackageResources.settings_css, type: Kind.style),
        "innovaphone.lib1.js": File(bytes: PackageResources.innovaphone_lib1_js, type: Kind.script),
        "innovaphone.crypto.js": File(bytes: PackageResources.innovaphone_crypto_js, type: Kind.script),
        "innovaphone.ui1.lib.js": File(bytes: PackageResources.innovaphone_ui1_lib_js, type: Kind.script),
        "innovaphone.appwebsocket.Connection.js": File(bytes: PackageResources.innovaphone_appwebsocket_Connection_js, type: Kind.script),
    ]
}
