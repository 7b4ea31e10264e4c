public import AppService

/// The plugin of the PBX Manager's Settings app: the instance's side of it, and its files for the browser.
public enum PbxManagerPlugin {
    /// What the plugin adds to an instance.
    public static func extend(_ administration: InstanceAdministration) -> InstanceExtension {
        let config = ConfigAPI(administration)
        let admin = WhatsAppAdminAPI(administration)
        let pushes = Pushes(
            administration: administration, config: config.readers, info: admin.info, numbers: admin.numbers, onboarding: admin.onboarding)
        return InstanceExtension(
            apis: [config, admin],
            routes: [PluginRoutes(administration).route],
            run: { await pushes.run() }
        )
    }
}
