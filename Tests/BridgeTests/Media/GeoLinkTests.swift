import Bridge
import BridgeTestSupport
import Testing

@Suite struct GeoLinkTests {
    private static let places: [(String, GeoLink?)] = [
        ("geo:52.5,13.4", GeoLink(latitude: 52.5, longitude: 13.4)), ("GEO:-90,180", GeoLink(latitude: -90, longitude: 180)),
        ("geo:52.5,13.4,34.7", GeoLink(latitude: 52.5, longitude: 13.4)),
        ("geo:52.5,13.4;u=35", GeoLink(latitude: 52.5, longitude: 13.4, uncertainty: 35)),
        ("geo:52.5,13.4;crs=WGS84;u=0.5;x", GeoLink(latitude: 52.5, longitude: 13.4, uncertainty: 0.5)),
        ("geo:52.5,13.4?z=11", GeoLink(latitude: 52.5, longitude: 13.4)),
        ("geo:52.5,13.4?z=11&q=Old+Tower%2C%20Top", GeoLink(latitude: 52.5, longitude: 13.4, label: "Old Tower, Top")),
        ("geo:0,0?q=52.5,13.4(Caf%C3%A9 (new))", GeoLink(latitude: 52.5, longitude: 13.4, label: "Café (new)")),
        ("geo:1,2?q=52.5,13.4", GeoLink(latitude: 52.5, longitude: 13.4)), ("geo:0,0?q=52.5,13.4()", GeoLink(latitude: 52.5, longitude: 13.4)),
        ("geo:0,0", GeoLink(latitude: 0, longitude: 0)),
        ("geo:52.5,13.4?q=%FF%0A%E2%80%AEx", GeoLink(latitude: 52.5, longitude: 13.4, label: "\u{FFFD} x")),
        ("https://www.openstreetmap.org/?mlat=48.700000&mlon=-9.100000", GeoLink(latitude: 48.7, longitude: -9.1)),
        ("geo:52.5", nil), ("geo:,", nil), ("geo:90.1,0", nil), ("geo:0,-180.1", nil), ("geo:nan,0", nil), ("geo:inf,0", nil), ("geo:0x1p3,0", nil),
        ("geo:1e1,0", nil), ("geo:1.,0", nil), ("geo:.5,0", nil), ("geo:1.2.3,0", nil), ("geo:--1,0", nil), ("geo:1,2,3,4", nil), ("geo:1,2,x", nil),
        ("geo:52.5,13.4;crs=moon", nil), ("geo:0,0?q=Old+Tower", nil), ("geo:0,0?q=91,0(x)", nil), ("xgeo:1,2", nil), ("", nil), ("geo:", nil),
        ("geo:\(String(repeating: "1", count: 400)),2", nil), ("geo:1,2?q=" + String(repeating: "x", count: 300), nil),
        ("https://www.openstreetmap.org/?mlat=48.7&mlon=-9.1", nil), ("https://www.openstreetmap.org/?mlat=48.700000&mlon=-9.100000#map=5/1/1", nil),
        ("https://www.openstreetmap.org/?mlat=98.700000&mlon=-9.100000", nil), ("https://www.openstreetmap.org/?mlat=48.700000", nil),
    ]

    @Test("Addresses are read", arguments: places)
    private func address(text: String, place: GeoLink?) {
        #expect(GeoLink(text) == place)
    }

    @Test("What is beyond a number is left out of its place", arguments: ["geo:52.5,13.4;u=-1", "geo:52.5,13.4;u=nan", "geo:52.5,13.4;u="])
    func uncertainty(text: String) {
        #expect(GeoLink(text) == GeoLink(latitude: 52.5, longitude: 13.4))
        #expect(GeoLink(latitude: .nan, longitude: 0) == nil)
        #expect(GeoLink(latitude: 0, longitude: .infinity) == nil)
    }

    @Test("A link that we write in a post is a place when a colleague sends it back")
    func ownLink() throws {
        let text = MessagePlaceholder.location(latitude: -33.856784, longitude: 151.215297, name: "Hall", address: nil).text(in: .en)
        let found = GeoLink.extract(from: text)
        #expect(found.rest == "Location: Hall")
        let place = try #require(found.places.first)
        #expect(abs(place.latitude + 33.856784) < 1e-9 && abs(place.longitude - 151.215297) < 1e-9)
    }

    @Test(
        "Places are taken out of a text, with the line or blank that only they needed",
        arguments: [
            ("geo:1,2", "", 1), ("Here: geo:1,2", "Here:", 1), ("geo:1,2 is here", "is here", 1), ("at geo:1,2 at 5", "at at 5", 1),
            ("a\ngeo:1,2\nb", "a\nb", 1), ("a\n\n geo:1,2 \n\nb", "a\n\n\nb", 1), ("(geo:1,2)", "()", 1), ("see geo:1,2.", "see.", 1),
            ("geo:1,2, geo:3,4", ",", 2), ("geo:1,2\ngeo:3,4", "", 2), ("x geo:0,0?q=1,2(Old Tower) y", "x y", 1),
            ("x geo:0,0?q=1,2(Old y", "x geo:0,0?q=1,2(Old y", 0), ("geo:0,0?q=1,2(Who? Me) y", "y", 1), ("geo:0,0?z=1&q=1,2(a b)", "", 1),
            ("mygeo:1,2", "mygeo:1,2", 0), ("geo:91,2 x", "geo:91,2 x", 0), (" plain  text ", " plain  text ", 0), ("geo: 1,2", "geo: 1,2", 0),
            ("*geo:1,2*", "**", 1), ("https://www.openstreetmap.org/?mlat=1.000000&mlon=2.000000.", ".", 1),
            ("https://www.openstreetmap.org/?mlat=1.000000&mlon=2.000000&x=1", "https://www.openstreetmap.org/?mlat=1.000000&mlon=2.000000&x=1", 0),
        ])
    func extraction(text: String, rest: String, count: Int) {
        let found = GeoLink.extract(from: text)
        #expect(found.rest == rest)
        #expect(found.places.count == count)
    }

    @Test(
        "A link that leads to a place is one, whatever its words",
        arguments: [
            ("<a href=\"geo:1,2\">our office</a>", "our office", ["our office"]),
            ("Come to <a href=\"geo:1,2?q=Hall\">the <b>hall</b></a>s.", "Come to the halls.", ["Hall"]),
            ("<a href=\"geo:1,2\">geo:1,2</a>", "", [nil]), ("<a href=\"geo:1,2\">here</a> geo:1,2", "here", [nil]),
            ("<a href=\"geo:1,2\"></a>x", "x", [nil]), ("<a href=\" ge&#10;o:1,2 \">x</a>", "x", ["x"]),
            ("<a href=\"geo:1,2\">a</a> <a href=\"geo:3,4\">b</a> geo:5,6", "a b", [nil, "a", "b"]),
            (
                "<a href=\"https://www.openstreetmap.org/?mlat=1.000000&amp;mlon=2.000000\">map</a>", "map", ["map"]
            ),
            ("<a href=\"geo:0,0?q=Hall\">x</a> <a href=\"geo:91,2\">y</a>", "x y", []), ("<a href=\"geo:1,2\">open", "open", ["open"]),
        ] as [(String, String, [String?])])
    func links(html: String, rest: String, labels: [String?]) {
        let found = GeoLink.extract(fromConnect: html)
        #expect(found.rest == rest)
        #expect(found.places.map(\.label) == labels)
    }

    @Test("There are never more than ten places of links and text together")
    func manyLinks() {
        let html = (1...30).map { "<a href=\"geo:\($0),0\">w\($0)</a>" }.joined(separator: " ")
        let found = GeoLink.extract(fromConnect: html)
        #expect(found.places.map(\.latitude) == (1...10).map(Double.init))
        #expect(found.rest == (1...30).map { "w\($0)" }.joined(separator: " "))
    }

    @Test("Ten places are taken out; further ones stay")
    func limit() {
        let found = GeoLink.extract(from: (1...12).map { "geo:\($0),0" }.joined(separator: " "))
        #expect(found.places.map(\.latitude) == (1...10).map(Double.init))
        #expect(found.rest == "geo:11,0 geo:12,0")
    }

    @Test("Words are never lost: 5,000 texts")
    func noise() {
        let pieces = [
            "geo:", "1,2", "geo:1,2", "(", ")", "?q=", "3,4", " ", "\n", ".", "%", "%41", "+", ";u=3", " word ", "&q=", "&",
            "https://www.openstreetmap.org/?mlat=",
            "&mlon=", "1.000000",
        ]
        var random = SeededGenerator(seed: 7)
        for _ in 0..<5_000 {
            let text = random.text(of: pieces, count: Int.random(in: 0...14, using: &random))
            let found = GeoLink.extract(from: text)
            let again = GeoLink.extract(from: found.rest)
            let words = text.components(of: "word")
            // Words may vanish only as a part of a label.
            let labels = found.places.compactMap(\.label).joined().components(of: "word")
            if found.places.count < 10, found.rest.components(of: "word") + labels < words || again.places.count > found.places.count {
                Issue.record("\(text.debugDescription) became \(found)")
                return
            }
        }
    }

    @Test(
        "The worst text takes time in proportion",
        arguments: ["geo:", "geo:(", ")", "geo:1,2", "(", "geo:0,0?q=1,2(a ", " ", "\n", "https://www.openstreetmap.org/?mlat="])
    func bomb(piece: String) {
        let text = String(repeating: piece, count: 50_000 / piece.utf8.count)
        let clock = ContinuousClock()
        let spent = clock.measure { _ = GeoLink.extract(from: text) }
        #expect(spent < .seconds(10), "\(spent)")
    }
}

extension String {
    /// How often a word occurs.
    fileprivate func components(of word: String) -> Int { split(separator: word, omittingEmptySubsequences: false).count - 1 }
}
