/// What stands in one address of a place.
enum GeoAddress {
    static func geo(_ scalars: [Unicode.Scalar]) -> GeoLink? {
        guard TextScalars.matches(scalars, at: 0, "geo:") else { return nil }
        let parts = scalars[4...].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = (parts.first ?? []).split(separator: ";", omittingEmptySubsequences: false)
        guard let (latitude, longitude) = pair(path.first ?? []) else { return nil }
        var uncertainty: Double?
        for parameter in path.dropFirst() {
            let name = TextScalars.string(parameter.prefix { $0 != "=" }.map(TextScalars.lowercasedASCII))
            let value = parameter.drop { $0 != "=" }.dropFirst()
            // Degrees of another system mean another place.
            if name == "crs", TextScalars.string(value.map(TextScalars.lowercasedASCII)) != "wgs84" { return nil }
            if name == "u", let metres = number(value), metres >= 0 { uncertainty = metres }
        }
        guard let query = parts.count > 1 ? self.query(parts[1]) : nil else {
            return GeoLink(latitude: latitude, longitude: longitude, uncertainty: uncertainty)
        }
        let bracket = query.firstIndex(of: "(") ?? query.endIndex
        if let (latitude, longitude) = pair(query[..<bracket]) {
            let words = query[bracket...]
            // Whatever follows the bracket is no part of a place, and must not get lost.
            guard words.isEmpty || words.last == ")" else { return nil }
            return GeoLink(latitude: latitude, longitude: longitude, label: label(words.dropFirst().dropLast()), uncertainty: uncertainty)
        }
        // "geo:0,0?q=words" is a search, and nobody knows what it finds.
        guard latitude != 0 || longitude != 0 else { return nil }
        return GeoLink(latitude: latitude, longitude: longitude, label: label(query[...]), uncertainty: uncertainty)
    }

    /// A link to a place as we write it ourselves in posts; any other link may show more than a place and stays a link.
    static func map(_ scalars: [Unicode.Scalar]) -> GeoLink? {
        let start: StaticString = "https://www.openstreetmap.org/?mlat="
        guard TextScalars.matches(scalars, at: 0, start) else { return nil }
        let rest = scalars[start.utf8CodeUnitCount...]
        guard let and = rest.firstIndex(of: "&"), TextScalars.matches(scalars, at: and, "&mlon="), let latitude = sixDigits(rest[..<and]),
            let longitude = sixDigits(rest[(and + 6)...])
        else { return nil }
        return GeoLink(latitude: latitude, longitude: longitude)
    }

    private static func sixDigits(_ scalars: ArraySlice<Unicode.Scalar>) -> Double? {
        guard let point = scalars.firstIndex(of: "."), scalars.endIndex - point == 7 else { return nil }
        return number(scalars)
    }

    /// Latitude and longitude; a height behind them is passed over.
    private static func pair(_ scalars: ArraySlice<Unicode.Scalar>) -> (latitude: Double, longitude: Double)? {
        let numbers = scalars.split(separator: ",", omittingEmptySubsequences: false).map { number($0[...]) }
        guard (2...3).contains(numbers.count), !numbers.contains(nil), let latitude = numbers[0], let longitude = numbers[1] else { return nil }
        return (latitude, longitude)
    }

    /// A decimal number: digits, with a sign and a fraction if need be. `Double` alone would read "nan" and "0x1p4" as well.
    private static func number(_ scalars: ArraySlice<Unicode.Scalar>) -> Double? {
        let range = TextScalars.trimmed(Array(scalars))
        let all = Array(scalars)[range]
        let digits = all.first == "-" || all.first == "+" ? all.dropFirst() : all
        guard (1...30).contains(digits.count), let first = digits.first, let last = digits.last, TextScalars.isDigit(first),
            TextScalars.isDigit(last),
            digits.allSatisfy({ TextScalars.isDigit($0) || $0 == "." }), digits.count(where: { $0 == "." }) <= 1
        else { return nil }
        return Double(TextScalars.string(all))
    }

    /// The value of `q`, decoded.
    private static func query(_ scalars: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar]? {
        for item in scalars.split(separator: "&") where TextScalars.matches(Array(item.prefix(2)), at: 0, "q=") {
            return decoded(item.dropFirst(2))
        }
        return nil
    }

    private static func decoded(_ scalars: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
        var bytes: [UInt8] = []
        var index = scalars.startIndex
        while index < scalars.endIndex {
            let scalar = scalars[index]
            index += 1
            if scalar == "%", index + 1 < scalars.endIndex, let code = UInt8(TextScalars.string(scalars[index...index + 1]), radix: 16),
                scalars[index] != "+"
            {
                bytes.append(code)
                index += 2
            } else {
                bytes.append(contentsOf: Array((scalar == "+" ? " " : String(scalar)).utf8))
            }
        }
        return Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    }

    private static func label(_ scalars: ArraySlice<Unicode.Scalar>) -> String? {
        let text = CustomerName.oneLine(TextScalars.string(scalars))
        return text.isEmpty ? nil : text
    }
}
