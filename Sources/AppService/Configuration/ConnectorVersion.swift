/// Which build of the connector this is; the only place that says so.
public enum ConnectorVersion {
    /// The version that people name.
    public static let label = "0.1.0"
    /// The build number, rising with every release, at least 1000 (App Store of the platform).
    public static let build = 1000
}
