/// What a message refers to, besides what it says (WhatsApp, Context and referral).
public struct MetaContext: Sendable, Equatable {
    /// The wamid of the quoted message.
    public var quoting: String?
    /// Whether it was forwarded, up to five times.
    public var isForwarded = false
    /// Whether it was forwarded more often.
    public var isFrequentlyForwarded = false
    /// The product that it asks about.
    public var referredProduct: Product?
    /// The advertisement or post that led to the chat.
    public var referral: MetaReferral?
    /// The group that it was written in; the chat of two and its window know nothing of it.
    public var groupID: String?

    /// A product in a catalogue.
    public struct Product: Sendable, Equatable {
        /// The catalogue's ID.
        public var catalogID: String
        /// The product's ID at the retailer.
        public var productID: String

        /// A product.
        public init(catalogID: String, productID: String) {
            self.catalogID = catalogID
            self.productID = productID
        }
    }

    /// A message that refers to nothing, unless told otherwise.
    public init(
        quoting: String? = nil, isForwarded: Bool = false, isFrequentlyForwarded: Bool = false, referredProduct: Product? = nil,
        referral: MetaReferral? = nil, groupID: String? = nil
    ) {
        self.quoting = quoting
        self.isForwarded = isForwarded
        self.isFrequentlyForwarded = isFrequentlyForwarded
        self.referredProduct = referredProduct
        self.referral = referral
        self.groupID = groupID
    }

    /// The object `context`; nil if there is nothing to say.
    ///
    /// - Parameter author: Digits of whoever wrote the quoted message; nil if withheld.
    func json(quoting wamid: String?, author: String?) -> LabJSON? {
        let context = LabJSON.object(
            ("from", wamid == nil ? nil : author.map(LabJSON.string)), ("id", wamid.map(LabJSON.string)), ("forwarded", isForwarded ? true : nil),
            ("frequently_forwarded", isFrequentlyForwarded ? true : nil),
            (
                "referred_product",
                referredProduct.map { ["catalog_id": .string($0.catalogID), "product_retailer_id": .string($0.productID)] }
            ))
        return context == [:] ? nil : context
    }
}

/// The advertisement or post that a customer came from.
public struct MetaReferral: Sendable, Equatable {
    /// Its address.
    public var sourceURL: String
    /// Its ID.
    public var sourceID: String
    /// `ad` or `post`.
    public var sourceType: String
    /// Its headline.
    public var headline: String
    /// Its text.
    public var body: String
    /// The address of its picture.
    public var imageURL: String?
    /// The ID of the click; absent for some placements.
    public var clickID: String?

    /// An advertisement, unless told otherwise.
    public init(
        sourceURL: String, sourceID: String, sourceType: String = "ad", headline: String, body: String, imageURL: String? = nil,
        clickID: String? = nil
    ) {
        self.sourceURL = sourceURL
        self.sourceID = sourceID
        self.sourceType = sourceType
        self.headline = headline
        self.body = body
        self.imageURL = imageURL
        self.clickID = clickID
    }

    var json: LabJSON {
        .object(
            ("source_url", .string(sourceURL)), ("source_id", .string(sourceID)), ("source_type", .string(sourceType)),
            ("headline", .string(headline)), ("body", .string(body)), ("media_type", imageURL == nil ? nil : "image"),
            ("image_url", imageURL.map(LabJSON.string)), ("ctwa_clid", clickID.map(LabJSON.string)))
    }
}
