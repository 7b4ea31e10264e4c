import Protocol
import Testing

@Suite struct GraphMediaTests {
    static let base64 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    static let hexadecimal = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    static let descriptions: [(GraphMediaDescription, String)] = [
        (
            GraphMediaDescription(
                url: "https://lookaside.example/whatsapp?mid=1&ext=2", mimeType: "audio/ogg; codecs=opus", sha256: base64, fileSize: 52_428_800,
                id: "1090"),
            #"""
            {"messaging_product":"whatsapp","url":"https://lookaside.example/whatsapp?mid=1&ext=2","mime_type":"audio/ogg; codecs=opus",
             "sha256":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","file_size":52428800,"id":"1090"}
            """#
        ),
        (GraphMediaDescription(url: "u"), #"{"messaging_product":"whatsapp","url":"u"}"#),
    ]

    @Test("A description is read, and written as Meta documents it", arguments: descriptions)
    func bothDirections(description: GraphMediaDescription, written: String) throws {
        #expect(try GraphMediaDescription.decode(Array(written.utf8)) == description)
        #expect(try sameJSON(description.encoded(), written))
    }

    @Test(
        "A length may be a text, and one that is none counts as absent",
        arguments: [
            ("12", 12), (#""12""#, 12), ("0", 0), ("9223372036854775807", .max), ("9223372036854775808", nil), ("-1", nil), ("1.5", nil),
            (#""many""#, nil), ("null", nil), ("[12]", nil), ("1e400", nil),
        ] as [(String, Int64?)]
    )
    func fileSize(written: String, fileSize: Int64?) throws {
        #expect(try GraphMediaDescription.decode(Array(#"{"url":"u","file_size":\#(written)}"#.utf8)).fileSize == fileSize)
    }

    @Test("An ID may be a number, and wrong types cost only themselves")
    func lenient() throws {
        let written = #"{"url":"u","mime_type":{},"sha256":"","id":1090,"more":[1]}"#
        #expect(try GraphMediaDescription.decode(Array(written.utf8)) == GraphMediaDescription(url: "u", id: "1090"))
    }

    @Test(
        "Without an address there is no description",
        arguments: ["{}", "", "[]", #"{"url":""}"#, #"{"url":null}"#, #"{"error":{"code":100}}"#, "\u{FF}\u{D8}"]
    )
    func noAddress(written: String) {
        #expect(throws: MalformedJSONBody.notJSON) { try GraphMediaDescription.decode(Array(written.utf8)) }
    }

    @Test("An upload is answered by a media ID, be it a text or a number", arguments: [#"{"id":"998"}"#, #"{"id":998}"#])
    func upload(written: String) throws {
        #expect(try GraphMediaUpload.decode(Array(written.utf8)) == GraphMediaUpload(id: "998"))
        #expect(try sameJSON(GraphMediaUpload(id: "998").encoded(), #"{"id":"998"}"#))
    }

    @Test("Without a media ID nothing was uploaded", arguments: ["{}", "", #"{"id":""}"#, #"{"id":{}}"#])
    func noUpload(written: String) {
        #expect(throws: MalformedJSONBody.notJSON) { try GraphMediaUpload.decode(Array(written.utf8)) }
    }

    @Test("A digest is read in base64 and in hexadecimal of either case", arguments: [base64, hexadecimal, hexadecimal.uppercased()])
    func digest(written: String) throws {
        let digest = try #require(MediaDigest(written))
        #expect(digest.bytes.count == 32)
        #expect(digest.bytes.prefix(3) == [0xE3, 0xB0, 0xC4])
        #expect(digest == MediaDigest(bytes: digest.bytes))
    }

    @Test(
        "What is no digest is none",
        arguments: [
            "", "e3b0", String(repeating: "g", count: 64), String(repeating: "=", count: 44), String(repeating: "A", count: 44),
            String(base64.dropLast()), base64 + "=", "é" + String(repeating: "a", count: 62),
        ]
    )
    func noDigest(written: String) {
        #expect(MediaDigest(written) == nil)
        #expect(MediaDigest(bytes: [1]) == nil)
    }
}
