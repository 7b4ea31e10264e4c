/// The wire protocol of Connect's app service: JSON objects on a logged-in AppWebsocket, without an `api` property
/// (Connect, public wire protocol).
///
/// Only what is public is here: the documented messages, and the fields of `Post` and `PostResult` that are seen in use.
/// Chat, which the same service carries, is not.
public enum Connect {
    /// The service id by which an app service shows in its `info.apis` that it is Connect.
    public static let serviceID = "com.innovaphone.connect"

    /// The last segment of the URL of Connect's app.
    public static let appName = "innovaphone-connect"
}
