import Testing

@testable import Lab

@Suite struct MetaMediaTests {
    /// A bench that knows where it would listen.
    private func bench(_ options: MetaOptions = MetaOptions()) -> MetaBench {
        var bench = MetaBench(options)
        bench.core.baseURL = "http://127.0.0.1:1/graph"
        return bench
    }

    private static let files: [(MetaFile, String)] = [
        (.image(.bytes([1]), caption: "cat"), #"image {"mime_type":"image/jpeg","caption":"cat"}"#),
        (.video(.bytes([1])), #"video {"mime_type":"video/mp4"}"#), (.audio(.bytes([1])), #"audio {"mime_type":"audio/mpeg","voice":false}"#),
        (.voiceNote(.bytes([1])), #"audio {"mime_type":"audio/ogg; codecs=opus","voice":true}"#),
        (
            .document(.bytes([1]), name: "../a b.pdf", caption: "As promised"),
            #"document {"mime_type":"application/pdf","filename":"../a b.pdf","caption":"As promised"}"#
        ),
        (.document(.bytes([1]), name: nil), #"document {"mime_type":"application/pdf"}"#),
        (.sticker(.bytes([1]), isAnimated: true), #"sticker {"mime_type":"image/webp","animated":true}"#),
        (.sticker(.bytes([1])), #"sticker {"mime_type":"image/webp","animated":false}"#),
    ]

    @Test("A file is told with its ID, type, digest and address", arguments: files.indices)
    func told(_ index: Int) throws {
        var bench = bench()
        let (file, expected) = Self.files[index]
        let message = try #require(try bench.told(.file(file)))
        let type = try #require(message["type"]?.string)
        let node = try #require(message[type])
        #expect("\(type) \(node.without("id").without("sha256").without("url").text())" == expected)
        // The digest of the one byte 1.
        #expect(node["sha256"]?.string == "S/USLzRFVMU73i67jNK349FgCtYxw4Wl18ziPHeFRZo=")
        let url = try #require(node["url"]?.string)
        let download = try #require(try bench.download(url).download)
        #expect(download.media.id == node["id"]?.string && download.media.file.size == 1)
        let attachment = try #require(bench.core.messages.last?.attachment)
        #expect(attachment.file == download.media.file && attachment.isVoice == file.isVoice)
    }

    @Test("Digests come as base64, hexadecimal or wrong, and addresses can be left out")
    func digests() throws {
        let file = MetaContent.file(.image(.bytes(Array("abc".utf8))))
        // FIPS 180-2, appendix B.1.
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        for style in MetaOptions.DigestStyle.allCases {
            var options = MetaOptions()
            options.digestStyle = style
            options.tellsMediaURLs = false
            var bench = bench(options)
            let image = try #require(try bench.told(file)?["image"])
            #expect(image["url"] == nil)
            let text = try #require(image["sha256"]?.string)
            switch style {
            case .base64: #expect(text == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
            case .hexadecimal: #expect(text == digest)
            case .wrong: #expect(text.count == 44 && text != "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
            }
            #expect(bench.core.messages.last?.attachment?.file.digest == digest)
        }
    }

    @Test("An ID leads to an address, with size, type and digest")
    func resolve() throws {
        var bench = bench()
        let image = try #require(try bench.told(.file(.image(.bytes(Array("abc".utf8)))))?["image"])
        let id = try #require(image["id"]?.string)
        let answer = try #require(bench.request("GET", "/v25.0/\(id)", ["phone_number_id": "1090"]).json)
        #expect(answer.status == 200)
        #expect(answer.body["mime_type"]?.string == "image/jpeg" && answer.body["file_size"]?.integer == 3 && answer.body["id"]?.string == id)
        #expect(answer.body["sha256"] == image["sha256"] && answer.body["messaging_product"]?.string == "whatsapp")
        let url = try #require(answer.body["url"]?.string)
        #expect(url.hasPrefix("http://127.0.0.1:1/graph/") && url != image["url"]?.string)
        #expect(try bench.download(url).download != nil)
        #expect(bench.request("GET", "/v25.0/\(id)").json?.status == 200)
        let foreign = bench.request("GET", "/v25.0/\(id)", ["phone_number_id": "1091"]).json
        #expect(foreign?.status == 400 && foreign?.body["error"]?["error_subcode"]?.integer == 33)
        #expect(bench.request("GET", "/v25.0/\(id)", token: nil).json?.status == 401)
        #expect(bench.core.mediaCounts.resolves == 3)
    }

    @Test("Without the token an address gives 401, without a user agent nothing, and after five minutes 404")
    func addresses() throws {
        var bench = bench()
        let url = try #require(try bench.told(.image(caption: nil))?["image"]?["url"]?.string)
        #expect(try bench.download(url, token: nil).json?.status == 401)
        #expect(try bench.download(url, token: "OTHER").errorCode == 190)
        #expect(try bench.download(url, userAgent: nil).kind == .page(403))
        #expect(try bench.download(url, userAgent: "").kind == .page(403))
        #expect(try bench.download(url + "0").kind == .page(404))
        bench.now += 5 * 60_000 - 1
        #expect(try bench.download(url).download != nil)
        bench.now += 1
        #expect(try bench.download(url).kind == .page(404))
        #expect(bench.core.mediaCounts.downloads == 7)
    }

    @Test("A held back webhook has an address from the moment it is due")
    func heldBack() throws {
        var bench = bench()
        let file = try bench.files.make(.bytes([1]))
        try bench.core.receive(.file(.image(.bytes([1]))), file: file, from: "ada", delay: 3_600_000, now: bench.now)
        let value = try #require(MetaBench.values(bench.deliver(after: 3_600_000)).first)
        let url = try #require(value["messages"]?.array?.first?["image"]?["url"]?.string)
        #expect(try bench.download(url).download != nil)
    }

    @Test("IDs of webhooks live for 7 days, those of uploads for 30; both can be deleted", arguments: [false, true])
    func lifetimes(_ isUpload: Bool) throws {
        var bench = bench()
        func make() throws -> String {
            let id =
                isUpload
                ? try bench.upload("image/jpeg").json?.body["id"]?.string : try bench.told(.image(caption: nil))?["image"]?["id"]?.string
            return try #require(id)
        }
        let deleted = try make()
        #expect(bench.request("DELETE", "/v25.0/\(deleted)", ["phone_number_id": "1090"]).json?.body.text() == #"{"success":true}"#)
        #expect(bench.request("GET", "/v25.0/\(deleted)").json?.body["error"]?["error_subcode"]?.integer == 33)
        let id = try make()
        bench.now += (isUpload ? 30 : 7) * 86_400_000 - 1
        let url = try #require(bench.request("GET", "/v25.0/\(id)").json?.body["url"]?.string)
        bench.now += 1
        let over = bench.request("GET", "/v25.0/\(id)")
        #expect(over.errorCode == 100 && over.json?.body["error"]?["error_subcode"]?.integer == 33)
        // What was given out before is good for its five minutes.
        #expect(try bench.download(url).download != nil)
        #expect(bench.core.uploads.count == (isUpload ? 2 : 0))
    }

    @Test("Range is passed on, or ignored on request")
    func ranges() throws {
        var bench = bench()
        let url = try #require(try bench.told(.image(caption: nil))?["image"]?["url"]?.string)
        #expect(try bench.download(url, range: "bytes=10-").download?.range == "bytes=10-")
        bench.core.options.ignoresRange = true
        #expect(try bench.download(url, range: "bytes=10-").download?.range == nil)
    }

    // MARK: Faults

    @Test("A resolve or download fails so often as planned, whatever else is planned")
    func errors() throws {
        var bench = bench()
        let image = try #require(try bench.told(.image(caption: nil))?["image"])
        let id = try #require(image["id"]?.string)
        let url = try #require(image["url"]?.string)
        bench.core.mediaFaults = [
            MetaMediaFault(.page(503), on: .resolve, skipping: 1, times: 3), MetaMediaFault(.error(MetaError(code: 190)), on: .download),
            MetaMediaFault(.error(MetaError(code: 131_000)), on: .download), MetaMediaFault(.hang, on: .download),
            MetaMediaFault(.drop, on: .download),
        ]
        var kinds: [String] = []
        for _ in 0..<5 {
            switch bench.request("GET", "/v25.0/\(id)").kind {
            case .json(let status, _): kinds.append("\(status)")
            case .page(let status): kinds.append("page \(status)")
            default: kinds.append("?")
            }
        }
        #expect(kinds == ["200", "page 503", "page 503", "page 503", "200"])
        let refused = try bench.download(url)
        #expect(refused.errorCode == 190 && refused.json?.status == 401)
        #expect(try bench.download(url).json?.status == 500)
        #expect(try bench.download(url).kind == .hang)
        #expect(try bench.download(url).kind == .drop)
        #expect(try bench.download(url).download != nil)
        #expect(bench.core.mediaFaults.isEmpty)
    }

    @Test("A download is cut after a part of what was asked for", arguments: [(10, nil, 819), (50, "bytes=4096-", 2_048), (99, nil, 8_110)])
    func cuts(_ percent: Int, _ range: String?, _ bytes: Int64) throws {
        var bench = bench()
        let url = try #require(try bench.told(.image(caption: nil))?["image"]?["url"]?.string)
        bench.core.mediaFaults = [MetaMediaFault(.cut(percent: percent), on: .download)]
        #expect(try bench.download(url, range: range).download?.trouble == LabFileStore.Trouble(cutAfter: bytes))
    }

    @Test("Bytes can be wrong or slow, and an address can be over before it is used")
    func troubles() throws {
        var bench = bench()
        let image = try #require(try bench.told(.image(caption: nil))?["image"])
        let url = try #require(image["url"]?.string)
        bench.core.mediaFaults = [
            MetaMediaFault(.wrongBytes, on: .download), MetaMediaFault(.slow(bytesPerSecond: 1_000), on: .download),
            MetaMediaFault(.expiredURL, on: .download), MetaMediaFault(.expiredURL, on: .resolve),
        ]
        #expect(try bench.download(url).download?.trouble == LabFileStore.Trouble(altersByte: true))
        #expect(try bench.download(url).download?.trouble == LabFileStore.Trouble(bytesPerSecond: 1_000))
        #expect(try bench.download(url).kind == .page(404))
        let over = try #require(bench.request("GET", "/v25.0/\(image["id"]?.string ?? "")").json?.body["url"]?.string)
        #expect(try bench.download(over).kind == .page(404))
        #expect(try bench.download(url).download != nil)
    }

    // MARK: Uploads

    @Test(
        "Types and sizes are checked class by class",
        arguments: [
            ("image/jpeg", "a.jpg", 5_000_000, nil), ("image/jpeg", "a.jpg", 5_000_001, 131_053), ("IMAGE/PNG", nil, 1, nil),
            ("video/mp4", "a.mp4", 16_000_000, nil), ("video/3gpp", "a.3gp", 16_000_001, 131_053), ("audio/ogg; codecs=opus", "a.ogg", 9, nil),
            ("audio/opus", "a.ogg", 9, 131_053), ("audio/ogg", "a.OPUS", 9, 131_053), ("application/pdf", "a.pdf", 100_000_000, nil),
            ("application/pdf", "a.pdf", 100_000_001, 131_053), ("application/zip", "a.zip", 9, nil), ("image/heic", "a.heic", 9, 131_053),
            ("image/gif", "a.gif", 9, 131_053), ("video/quicktime", "a.mov", 9, 131_053), ("nonsense", "a", 9, 131_053),
            ("image/webp", "a.webp", 100_000, nil), ("image/webp", "a.webp", 100_001, 131_053), ("text/plain", "a.txt", 0, 100),
        ] as [(String, String?, Int64, Int64?)])
    func uploadRules(_ mimeType: String, _ name: String?, _ size: Int64, _ code: Int64?) throws {
        var bench = bench()
        let reply = try bench.upload(mimeType, name: name, size: size)
        #expect(reply.errorCode == code)
        #expect(bench.core.uploads.count == (code == nil ? 1 : 0))
        #expect((reply.json?.body["id"]?.string?.count == 15) == (code == nil))
    }

    @Test("A sticker that moves may be larger, and types that are not listed are refused on request")
    func uploadOptions() throws {
        var bench = bench()
        #expect(try bench.upload("image/webp", size: 500_000, isAnimated: true).errorCode == nil)
        #expect(try bench.upload("image/webp", size: 500_001, isAnimated: true).errorCode == 131_053)
        bench.core.options.takesUnlistedDocuments = false
        #expect(try bench.upload("application/zip").errorCode == 131_053)
        #expect(try bench.upload("application/pdf").errorCode == nil)
    }

    @Test("A form needs the product, a file and a type")
    func uploadForms() throws {
        var bench = bench()
        let number = try #require(bench.core.numbers.first)
        let file = LabFile(path: "", size: 3, sha256: [1])
        var form = MetaCore.UploadForm(fields: ["messaging_product": "whatsapp"], fileName: "a.pdf", contentType: "application/pdf", file: file)
        #expect(bench.core.upload(form, number, 0).errorCode == nil)
        #expect(bench.core.uploads.first?.mimeType == "application/pdf")
        form.contentType = nil
        #expect(bench.core.upload(form, number, 0).errorCode == 100)
        form.fields["type"] = "text/plain"
        #expect(bench.core.upload(form, number, 0).errorCode == nil)
        form.file = nil
        #expect(bench.core.upload(form, number, 0).errorCode == 100)
        form.file = file
        form.fields["messaging_product"] = "other"
        #expect(bench.core.upload(form, number, 0).errorCode == 100)
    }
}
