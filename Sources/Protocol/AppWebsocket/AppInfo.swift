/// The PBX asks what an app is (AppWebsocket, AppInfo).
public struct AppInfo: AppWebsocketMessage {
    /// `AppInfo`.
    public static let mt = "AppInfo"
    /// The last segment of the app's URL.
    public var app: String

    /// - Parameter app: last segment of the app's URL
    public init(app: String) { self.app = app }

    /// Reads the message.
    public init(_ envelope: Envelope) { app = envelope.text("app") }

    /// Writes the app.
    public func write(to writer: inout JSONObjectWriter) { writer.write("app", app) }
}

/// The answer to ``AppInfo``; of an unknown app both descriptions are empty objects.
public struct AppInfoResult: AppWebsocketMessage {
    /// `AppInfoResult`.
    public static let mt = "AppInfoResult"

    /// The app of the request.
    public var app: String
    /// What clients learn of the app: `hidden`, `presence`, `apis`, `wake`.
    public var info: JSON
    /// What other services learn of it: `apis`.
    public var serviceInfo: JSON
    /// `phone`, `softphone` or `rcc`; only of phone apps.
    public var deviceapp: String?

    /// - Parameters:
    ///   - app: of the request
    ///   - info: an object for clients
    ///   - serviceInfo: an object for services
    ///   - deviceapp: only of phone apps
    public init(app: String, info: JSON = [:], serviceInfo: JSON = [:], deviceapp: String? = nil) {
        self.app = app
        self.info = info
        self.serviceInfo = serviceInfo
        self.deviceapp = deviceapp
    }

    /// Reads the message. Services also write `seviceInfo`, as a documentation does, and `sericeinfo`.
    public init(_ envelope: Envelope) {
        app = envelope.text("app")
        info = envelope["info"] ?? [:]
        serviceInfo = envelope["serviceInfo"] ?? envelope["seviceInfo"] ?? envelope["sericeinfo"] ?? [:]
        deviceapp = envelope["deviceapp"]?.text
    }

    /// Writes the members.
    public func write(to writer: inout JSONObjectWriter) {
        writer.write("app", app)
        writer.write("info", info)
        writer.write("serviceInfo", serviceInfo)
        writer.write("deviceapp", deviceapp)
    }
}
