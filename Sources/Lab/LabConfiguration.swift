/// Everything that the lab and the connector have to agree on, and who takes part.
///
/// The secrets are defaults for demo and tests; they open nothing outside the lab.
public struct LabConfiguration: Sendable {
    /// The address to listen on; loopback only.
    public var host = "127.0.0.1"
    /// The port to listen on; 0 takes any free one.
    public var port = 0
    /// Whether the Graph API gets a listener of its own, which can refuse connections.
    public var hasSeparateGraphListener = false
    /// The PBX's domain.
    public var domain = "example.com"
    /// The instance's name, second segment of its path.
    public var instance = "whatsapp"
    /// The last segment of the app's URL.
    public var app = "innovaphone-whatsapp"
    /// The app object's SIP name, which is also its zone.
    public var objectName = "whatsapp"
    /// The app object's display name.
    public var objectTitle = "WhatsApp"
    /// The instance's password, which is the app object's.
    public var instancePassword = "lab-instance-1"
    /// The password of the plain Connect entry.
    public var connectPassword = "lab-connect-01"
    /// The password of the moderator entry; nil leaves the moderator entry out.
    public var moderatorPassword: String? = "lab-moderator1"
    /// Service licences; nil leaves `lics` out.
    public var licences: Int?
    /// Whether the PBX is in licence test mode.
    public var isInTestMode = true
    /// The zones that the logins to Connect grant, besides the app object's own.
    public var furtherZones: [String] = []
    /// The token that the Graph API accepts.
    public var accessToken = "LAB-ACCESS-TOKEN"
    /// The app secret that webhooks are signed with.
    public var appSecret = "lab-app-secret"
    /// The token of the webhook's handshake.
    public var verifyToken = "lab-verify-token"
    /// The WhatsApp Business Account ID.
    public var waba = "102030405060708"
    /// Whether Meta's app has the connector's webhook as its callback from the beginning. If not, webhooks wait until the connector has
    /// subscribed to the account with its own address.
    public var hasAppCallback = true
    /// The business numbers.
    public var numbers = [MetaNumber(id: "109080706050403", displayNumber: "493055500001", verifiedName: "Example GmbH", countryCode: "49")]
    /// The app of the sign-up dialog, which a shared service owns: another one than the lab's own, which an administrator uses who sets
    /// everything up by hand.
    public var signupApp = MetaApp(
        id: "815360004200117", name: "Connector for WhatsApp", secret: "lab-signup-secret", configurationID: "915360004200118",
        verifyToken: "lab-signup-verify-token")
    /// What the connector proves itself with at the shared service.
    public var sharedServiceKey = "lab-shared-service-key"
    /// The accounts that can join by the sign-up dialog, besides the lab's own.
    public var joinableAccounts = [
        MetaAccount(
            id: "203040506070801", name: "Example Trading", businessID: "600203040506070",
            numbers: [
                MetaNumber(
                    id: "209080706050401", displayNumber: "493055500011", verifiedName: "Example Trading", countryCode: "49",
                    registration: .unregistered()),
                MetaNumber(
                    id: "209080706050402", displayNumber: "493055500012", verifiedName: "Example Trading Orders", countryCode: "49",
                    registration: .unregistered(pin: "246810")),
                MetaNumber(
                    id: "209080706050403", displayNumber: "493055500013", verifiedName: "Example Trading Service", countryCode: "49",
                    registration: .unregistered(isVerified: false)),
            ]),
        MetaAccount(
            id: "304050607080901", name: "Corner Shop", businessID: "600304050607080",
            numbers: [
                MetaNumber(
                    id: "309080706050401", displayNumber: "493055500021", verifiedName: "Corner Shop", countryCode: "49",
                    registration: .onBusinessApp)
            ]),
    ]
    /// How the sign-up behaves.
    public var signupOptions = MetaSignupOptions()
    /// The people on WhatsApp.
    public var customers: [MetaCustomer] = [
        .phoneOnly("ada", name: "Ada Lovelace", phone: "491760000001"),
        .usernameWithPhone("grace", name: "Grace Hopper", username: "grace.h", phone: "491760000002", userID: "DE.5550100200300400"),
        .usernameWithoutPhone("linus", name: "Linus", username: "linus.p", userID: "DE.5550100200300401"),
        .withParentUserID(
            "mae", name: "Mae Jemison", username: "mae.j", userID: "US.5550100200300402", parentUserID: "US.ENT.5550100200300403"),
    ]
    /// The colleagues in Connect.
    public var colleagues = [
        ConnectUser(sip: "anna", dn: "Anna Berg", groups: ["support"]), ConnectUser(sip: "ben", dn: "Ben Koch", groups: ["support"]),
        ConnectUser(sip: "carla", dn: "Carla Lang"),
    ]
    /// Whether an administrator has everything still to do: the PBX has no object for the connector and grants it nothing, the
    /// connector's instance has neither accounts nor numbers, and Meta's app has no callback.
    public var startsEmpty = false
    /// How many config templates the PBX has.
    public var templateCount = 3
    /// Whether the PBX has a second app object of Connect, `connect2`. The connector may use it, unless the lab starts empty.
    public var hasSecondConnect = false
    /// Whether the PBX has an object of another instance beside ours, `whatsapp2`.
    public var hasNeighbour = false
    /// What administrators log in to the PBX with.
    public var administratorPassword = "lab-administrator"
    /// The manager password of the App Platform that the service plays itself. With one the Settings page uses that App Platform, once the
    /// PBX's domain was registered there; without, it uses the lab's.
    public var managerPassword: String?
    /// How the PBX behaves.
    public var pbxOptions = PBXOptions()
    /// How Connect behaves.
    public var connectOptions = ConnectOptions()
    /// How the Graph API behaves.
    public var metaOptions = MetaOptions()
    /// The id of the first post in Connect.
    public var firstPostID: UInt64 = 4_294_967_301
    /// The source of everything that is random.
    public var seed: UInt64 = 1

    /// The defaults.
    public init() {}
}
