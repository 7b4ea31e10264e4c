public struct GeoLink: Hashable, Sendable, Codable {
    public var latitude: Double
    public var longitude: Double
    public var label: String?
    static func extract(from text: String) -> (rest: String, places: [GeoLink]) { (text, []) }
}
public struct ContactCard: Hashable, Sendable, Codable { public var formattedName: String }
