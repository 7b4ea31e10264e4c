/// A place that a colleague wrote as a `geo:` address (RFC 5870, with the additions of map programs).
public struct GeoLink: Sendable, Hashable, Codable {
    /// Degrees, -90 to 90.
    public var latitude: Double
    /// Degrees, -180 to 180.
    public var longitude: Double
    /// What the place is called; nil if the address does not say.
    public var label: String?
    /// How far the true place may be away, in metres; nil if the address does not say.
    public var uncertainty: Double?

    /// A place; nil if the degrees are none.
    public init?(latitude: Double, longitude: Double, label: String? = nil, uncertainty: Double? = nil) {
        // What is not a number lies in no range.
        guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
        self.latitude = latitude
        self.longitude = longitude
        self.label = label
        self.uncertainty = uncertainty
    }

    /// The most places that are taken out of one text; further ones stay in it.
    public static let limit = 10

    /// Reads an address that is nothing else: `geo:52.5,13.4`, `geo:52.5,13.4;u=35?q=Tower`, `geo:0,0?q=52.5,13.4(Tower)`,
    /// or a link to a place on the map as `MessagePlaceholder` writes it. An address that asks for a search by words alone is no place.
    public init?(_ address: String) {
        let scalars = Array(address.unicodeScalars.prefix(GeoScanner.lengthLimit + 1))
        guard scalars.count <= GeoScanner.lengthLimit, let place = GeoAddress.geo(scalars) ?? GeoAddress.map(scalars) else { return nil }
        self = place
    }

    /// Takes the places out of a post: those that its text names, then those to which only a link leads.
    ///
    /// - Parameter html: Connect's HTML.
    /// - Returns: the rest as WhatsApp's text, and at most `limit` places.
    public static func extract(fromConnect html: String) -> (rest: String, places: [GeoLink]) {
        let (text, linked) = WhatsAppText.content(ofConnect: html)
        let found = extract(from: text)
        let others = linked.filter { place in
            !found.places.contains { $0.latitude == place.latitude && $0.longitude == place.longitude }
        }
        return (found.rest, Array((found.places + others).prefix(limit)))
    }

    /// Takes the places out of a text.
    ///
    /// - Returns: the text without their addresses, and without lines and blanks that only they needed; and the places in the text's order.
    ///   If there are none, the text is the same as before.
    public static func extract(from text: String) -> (rest: String, places: [GeoLink]) {
        let scalars = Array(text.unicodeScalars)
        let found = GeoScanner.places(in: scalars, limit: limit)
        guard !found.isEmpty else { return (text, []) }
        return (GeoScanner.text(scalars, without: found.map(\.range)), found.map(\.place))
    }
}
