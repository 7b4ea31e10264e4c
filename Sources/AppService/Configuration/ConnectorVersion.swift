import Protocol

/// Which build of the connector this is, as `manifest/manifest.json` says, which is part of the program.
public enum ConnectorVersion {
    /// The platform's release that it is for, such as `16r1`.
    public static let id = member("id")
    /// The build number, rising with every release, at least 1000 (App Store of the platform).
    public static let build = Int(json["build"]?.int64 ?? 0)
    /// What kind of release it is, such as `dvl`, `beta1`, `final` or `sr2` (App Store of the platform).
    public static let label = member("label")
    /// All of it, as people read it.
    public static let text = "\(id) \(label) (build \(build))"

    /// What every PBX may be told of it.
    static let json = (try? JSON(PackageResources.manifest_json))?["version"] ?? [:]

    private static func member(_ name: String) -> String { json[name]?.text ?? "" }
}
