/// Files of the family of MP4 and QuickTime by the brands in their first box.
enum ISOMediaBrand {
    static func type(_ bytes: FileBytes, given: String?) -> FileType? {
        guard let length = bytes.bigEndian(4, at: 0) else { return nil }
        guard bytes.has("ftyp", at: 4) else {
            // QuickTime began without brands.
            let old = ["moov", "mdat", "wide", "pnot"].contains(bytes.text(4, at: 4))
            return old && (length >= 8 || length <= 1) ? .quickTime : nil
        }
        guard length >= 16 else { return .unknown }
        let brands = stride(from: 16, to: min(length, bytes.count, 16 + 4 * 32), by: 4).map { bytes.text(4, at: $0) }
        return type(of: bytes.text(4, at: 8), compatible: brands, given: given) ?? .unknown
    }

    private static func type(of major: String, compatible: [String], given: String?) -> FileType? {
        switch family(of: major) {
        case .heif: return compatible.lazy.compactMap(family(of:)).first { $0 == .avif || $0 == .heic } ?? .heif
        case .mp4:
            // Films for iTunes name the brand of sound too, beside their own.
            let isFilm = major.hasPrefix("M4V") || compatible.contains("M4V ")
            return !isFilm && (compatible.contains("M4A ") || given == "m4a" || given == "m4b") ? .m4a : .mp4
        case let type?: return type
        case nil:
            guard let type = compatible.lazy.compactMap(family(of:)).first else { return nil }
            return type == .mp4 && given == "m4a" ? .m4a : type
        }
    }

    private static func family(of brand: String) -> FileType? {
        switch brand {
        case "qt  ": .quickTime
        case "M4A ", "M4B ", "M4P ": .m4a
        case "avif", "avis": .avif
        case "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs": .heic
        case "mif1", "msf1": .heif
        case "mp41", "mp42", "mp71", "avc1", "dash", "MSNV", "M4V ", "M4VH", "M4VP", "F4V ", "f4v ", "mmp4", "XAVC", "ndsc", "cmfc": .mp4
        default:
            if brand.hasPrefix("iso") {
                .mp4
            } else if brand.hasPrefix("3g2") {
                .threeGP2
            } else if brand.hasPrefix("3g") {
                .threeGP
            } else {
                nil
            }
        }
    }
}
