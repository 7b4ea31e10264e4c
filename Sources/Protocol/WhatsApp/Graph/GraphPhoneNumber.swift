/// A phone number of an account as the Graph API describes it (WhatsApp Cloud API, 5.4). Words of Meta's are kept as they came:
/// its sources list different ones.
public struct GraphPhoneNumber: Decodable, Equatable, Sendable {
    /// The phone number ID.
    public var id: String?
    /// The phone number as people write it.
    public var displayNumber: String?
    /// The name that customers see.
    public var verifiedName: String?
    /// `GREEN`, `YELLOW`, `RED`, `UNKNOWN`, `NA`, …
    public var quality: String?
    /// `CONNECTED`, `PENDING`, `DISCONNECTED`, `BANNED`, …
    public var status: String?
    /// `VERIFIED`, `NOT_VERIFIED`, `EXPIRED`, …
    public var codeVerification: String?
    /// `CLOUD_API`, `ON_PREMISE`, `NOT_APPLICABLE`, …
    public var platform: String?
    /// Whether it is in use in the WhatsApp Business app too (Coexistence); `nil` if not told.
    public var isOnBusinessApp: Bool?

    /// - Parameters:
    ///   - id: the phone number ID
    ///   - displayNumber: the phone number as people write it
    ///   - verifiedName: the name that customers see
    ///   - quality: `GREEN`, `YELLOW`, `RED`, …
    ///   - status: `CONNECTED`, `PENDING`, …
    ///   - codeVerification: `VERIFIED`, `NOT_VERIFIED`, …
    ///   - platform: `CLOUD_API`, `NOT_APPLICABLE`, …
    ///   - isOnBusinessApp: whether it is in use in the WhatsApp Business app too
    public init(
        id: String?, displayNumber: String? = nil, verifiedName: String? = nil, quality: String? = nil, status: String? = nil,
        codeVerification: String? = nil, platform: String? = nil, isOnBusinessApp: Bool? = nil
    ) {
        self.id = id
        self.displayNumber = displayNumber
        self.verifiedName = verifiedName
        self.quality = quality
        self.status = status
        self.codeVerification = codeVerification
        self.platform = platform
        self.isOnBusinessApp = isOnBusinessApp
    }

    /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.wireFields()
        self.init(
            id: fields.identifier("id"),
            displayNumber: fields.identifier("display_phone_number"),
            verifiedName: fields.identifier("verified_name"),
            quality: fields.identifier("quality_rating"),
            status: fields.identifier("status"),
            codeVerification: fields.identifier("code_verification_status"),
            platform: fields.identifier("platform_type"),
            isOnBusinessApp: fields.flag("is_on_biz_app")
        )
    }

    /// Decodes an answer about one number.
    ///
    /// - Throws: when the body is no JSON object
    public static func decode(_ body: some Collection<UInt8>) throws(MalformedJSONBody) -> GraphPhoneNumber {
        try GraphJSON.decode(GraphPhoneNumber.self, from: body)
    }
}

/// A page of an account's phone numbers.
public struct GraphPhoneNumberPage: Decodable, Equatable, Sendable {
    /// The numbers, in Meta's order.
    public var numbers: [GraphPhoneNumber]
    /// What the next page is asked for with; `nil` on the last page. Only the cursor is kept of where Meta says that it is:
    /// an address from an answer must not get the access token.
    public var next: String?

    /// - Parameters:
    ///   - numbers: the numbers
    ///   - next: what the next page is asked for with
    public init(numbers: [GraphPhoneNumber], next: String? = nil) {
        self.numbers = numbers
        self.next = next
    }

    /// Reads the object as it stands on the wire. Without a list it is no page.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.wireFields()
        guard fields.contains("data") else {
            throw DecodingError.incomplete("no page")
        }
        let paging = fields.object("paging")
        let hasNext = paging?.identifier("next") != nil
        self.init(numbers: fields.values("data"), next: hasNext ? paging?.object("cursors")?.identifier("after") : nil)
    }

    /// Decodes an answer.
    ///
    /// - Throws: when the body is no page
    public static func decode(_ body: some Collection<UInt8>) throws(MalformedJSONBody) -> GraphPhoneNumberPage {
        try GraphJSON.decode(GraphPhoneNumberPage.self, from: body)
    }
}
