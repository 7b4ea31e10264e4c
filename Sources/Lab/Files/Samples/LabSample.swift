/// Files for the demo, made by code: small, valid, and the same in every run.
public enum LabSample {
    /// A PNG picture of a landscape.
    public static let png = PNGSample.bytes(of: SamplePicture(width: 240, height: 160))
    /// A JPEG picture of a landscape.
    public static let jpeg = JPEGSample.bytes(of: SamplePicture(width: 320, height: 240))
    /// A WebP sticker of 512 × 512 pixels.
    public static let sticker = WebPSample.still
    /// A WebP sticker that winks.
    public static let animatedSticker = WebPSample.animated
    /// A PDF document of one page.
    public static let pdf = PDFSample.bytes(lines: ["Offer 4711", "", "2 x delivery to the front door", "Thank you for your order."])
    /// A voice note of three seconds in Ogg with Opus; it is silent.
    public static let voiceNote = OggOpusSample.bytes(seconds: 3)
    /// A film of two seconds in MP4 with H.264, without sound.
    public static let video = MP4Sample.bytes

    /// A file for a message of this kind.
    public static func file(_ kind: MetaFile.Kind, isVoice: Bool = false, isAnimated: Bool = false, caption: String? = nil) -> MetaFile {
        switch kind {
        case .image: .image(.bytes(jpeg), caption: caption)
        case .video: .video(.bytes(video), caption: caption)
        case .audio where !isVoice: .audio(.bytes(voiceNote), mimeType: "audio/ogg; codecs=opus")
        case .audio: .voiceNote(.bytes(voiceNote))
        case .document: .document(.bytes(pdf), name: "Offer 4711.pdf", caption: caption)
        case .sticker: .sticker(.bytes(isAnimated ? animatedSticker : sticker), isAnimated: isAnimated)
        }
    }

    /// A contact card with a little of everything.
    public static var contact: MetaContactCard {
        var card = MetaContactCard(formattedName: "Katherine Johnson", firstName: "Katherine", lastName: "Johnson")
        card.phones = [.init("+49 176 0000005", type: "CELL", waID: "491760000005")]
        card.emails = [.init("katherine@example.com", type: "WORK")]
        card.company = "Example GmbH"
        card.title = "Orbits"
        card.hasVCard = true
        return card
    }

    /// A place with name and address.
    public static let place = MetaLocation(
        latitude: 48.7015, longitude: 9.0140, name: "Market square", address: "Marktplatz 1, 71063 Sindelfingen")
}
