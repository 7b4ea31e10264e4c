import Bridge
import Foundation
import NIOCore
import NIOHTTP1
import Testing
import Transport

@testable import AppService

/// What anybody may send as a file, and how it is served: saved, never shown.
@Suite("Files are served inert") struct InertFileTests {
    struct Sent: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var name: String?
        var content: String
        var type: String
    }

    private static let script = "<script>alert(document.domain)</script>"

    static let sentContents = [
        Sent(testDescription: "SVG", name: "a.svg", content: #"<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>"#, type: "text/plain"),
        Sent(testDescription: "SVG as a picture", name: "a.png", content: "<?xml version=\"1.0\"?><svg>\(script)</svg>", type: "text/plain"),
        Sent(testDescription: "HTML", name: "a.html", content: "<!DOCTYPE html><html>\(script)</html>", type: "text/plain"),
        Sent(testDescription: "HTML as a PDF", name: "a.pdf", content: "<html>\(script)</html>", type: "text/plain"),
        Sent(
            testDescription: "XHTML", name: "a.xhtml", content: #"<html xmlns="http://www.w3.org/1999/xhtml">\#(script)</html>"#, type: "text/plain"),
        Sent(testDescription: "a GIF that is a script", name: "a.gif", content: "GIF89a/*\(script)*/=1;alert(1)", type: "image/gif"),
        Sent(testDescription: "a PDF that is HTML", name: "a.html", content: "%PDF-1.7\n\(script)\n%%EOF", type: "application/pdf"),
        Sent(testDescription: "a program", name: "a.exe", content: "MZ\u{0}\u{1}\u{2}\u{0}\u{0}PE\u{0}\u{0}", type: "application/octet-stream"),
        Sent(testDescription: "a program as a picture", name: "a.jpg", content: "MZ\u{0}\u{1}\u{2}\u{0}\u{0}PE", type: "application/octet-stream"),
        Sent(testDescription: "a script", name: "a.js", content: "alert(1)", type: "text/plain"),
        Sent(testDescription: "nothing", name: "a.html", content: "", type: "application/octet-stream"),
    ]

    static let sentNames: [String?] = [
        nil, "", ".", "..", "...", "....exe", "../../etc/passwd", "..\\..\\windows\\system32\\a.dll", "/etc/passwd", "C:\\a.txt", "a\u{0}.exe",
        "a.txt\u{0}.exe", "invoice\u{202E}fdp.exe", "\u{2066}a\u{2069}.txt", "a\"; filename=\"b.html", "a'b''c", "a;b=c",
        "a\r\nContent-Type: text/html\r\n\r\n",
        "a\nb", "a\tb", String(repeating: "x", count: 300), String(repeating: "ä", count: 300) + ".html", String(repeating: "🙂", count: 80),
        "con", "CON.txt", "nul.tar.gz", "com1", "lpt9.pdf", "aux.html", "%2e%2e%2fa", "%00", "ö.html", "a.html.", "a.html ", ".htaccess", "~a", "-rf",
        "$(id)",
        "`id`", "<script>.svg", "a|b", "a*?", "\u{FEFF}a", "日本語.txt",
    ]

    private static let devices = ["con", "prn", "aux", "nul", "com1", "lpt9"]
    private let clock = MovableClock(standingAt: Moment(milliseconds: 1_790_000_000_000))

    /// Offers a file as the pipeline does, and gets it.
    private func get(_ sent: Sent, _ headers: HTTPHeaders = [:]) async throws -> HTTPResponse {
        let folder = TemporarySpool()
        try folder.put(sent.content, as: "f")
        let type = FileType(head: Array(sent.content.utf8), name: sent.name)
        let file = SpooledFile(
            spool: "f", size: Int64(sent.content.utf8.count), name: FileName.safe(sent.name, type: type), mimeType: type.mimeType)
        let offers = FileOffers(baseURL: "https://ap.example.com/d/i", spool: folder.spool, clock: clock)
        let name = try #require(offers.offer(file).split(separator: "/").last)
        let response = await offers.respond(to: HTTPRequest(method: .GET, uri: "/", headers: headers), name: String(name))
        #expect(try await String(buffer: response.body.collect(upTo: 10_000)) == sent.content)
        return response
    }

    private func check(_ response: HTTPResponse) throws {
        let headers = response.headers
        #expect(headers["X-Content-Type-Options"] == ["nosniff"])
        #expect(headers["Content-Security-Policy"] == ["sandbox; default-src 'none'"])
        #expect(headers["Cross-Origin-Resource-Policy"] == ["same-origin"])
        #expect(headers["Cache-Control"] == ["no-store"])
        #expect(headers["Content-Type"].count == 1 && headers["Content-Disposition"].count == 1)
        for (name, value) in headers { #expect(value.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "\(name)") }
        let disposition = try #require(headers.first(name: "Content-Disposition"))
        // A name in RFC 8187's form, of which nothing but letters, digits and a few signs stands for itself.
        let match = try #require(try /attachment; filename\*=UTF-8''([A-Za-z0-9%._~-]+)/.wholeMatch(in: disposition), "\(disposition)")
        let name = try #require(String(match.1).removingPercentEncoding)
        #expect((1...255).contains(name.utf8.count) && !name.hasPrefix(".") && !name.hasSuffix(".") && !name.hasSuffix(" "), "\(name)")
        #expect(!Self.devices.contains(name.lowercased().prefix { $0 != "." }.description), "\(name)")
        for scalar in name.unicodeScalars {
            let isRefused = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) || "\"*/:<>?\\|".unicodeScalars.contains(scalar)
            let turnsDirection = (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
            #expect(!isRefused && !turnsDirection, "\(name)")
        }
    }

    @Test("Whatever a file pretends to be, its type is one that no browser runs", arguments: sentContents)
    func contents(_ sent: Sent) async throws {
        let response = try await get(sent)
        #expect(response.status == .ok)
        #expect(response.headers["Content-Type"] == [sent.type])
        try check(response)
        let name = try #require(response.headers.first(name: "Content-Disposition")).lowercased()
        // Nothing may be called anything.
        let isHarmless = sent.type == "text/plain" || sent.content.isEmpty
        #expect(isHarmless || !(name.hasSuffix(".html") || name.hasSuffix(".js") || name.hasSuffix(".svg")), "the name tells the truth")
    }

    @Test("Whatever a file is called, its name is one that can be saved anywhere", arguments: sentNames)
    func names(_ name: String?) async throws {
        for (content, type) in [("%PDF-1.7\n", "application/pdf"), ("Hello", "text/plain")] {
            try check(try await get(Sent(testDescription: "", name: name, content: content, type: type)))
        }
    }

    @Test("A part of a file is as inert as the whole; one that there is not is refused")
    func ranges() async throws {
        let folder = TemporarySpool()
        try folder.put("%PDF-1.7\n0123456789", as: "f")
        let offers = FileOffers(baseURL: "https://ap.example.com/d/i", spool: folder.spool, clock: clock)
        let name = try #require(
            offers.offer(SpooledFile(spool: "f", size: 19, name: "a.pdf", mimeType: "application/pdf")).split(separator: "/").last.map(String.init))
        for (range, status, body) in [
            ("bytes=9-", 206, "0123456789"), ("bytes=-3", 206, "789"), ("bytes=9-10", 206, "01"), ("bytes=0-99", 200, "%PDF-1.7\n0123456789"),
            ("bytes=0-1,3-4", 200, "%PDF-1.7\n0123456789"), ("bytes=19-", 416, ""), ("lines=1-2", 200, "%PDF-1.7\n0123456789"),
        ] {
            let response = await offers.respond(to: HTTPRequest(method: .GET, uri: "/", headers: ["Range": range]), name: name)
            #expect(response.status.code == status, "\(range)")
            #expect(try await String(buffer: response.body.collect(upTo: 100)) == body, "\(range)")
            try check(response)
        }
    }

    @Test("The name of an offer has 256 random bits, is good for its file and its time only, and for looking only")
    func tokens() async throws {
        let folder = TemporarySpool()
        try folder.put("Hello", as: "f")
        let file = SpooledFile(spool: "f", size: 5, name: "a.txt", mimeType: "text/plain")
        let offers = FileOffers(baseURL: "https://ap.example.com/d/i", spool: folder.spool, clock: clock)
        let urls = (0..<200).map { _ in offers.offer(file) }
        let names = urls.compactMap { $0.split(separator: "/").last.map(String.init) }
        #expect(Set(names).count == 200)
        #expect(names.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{64}/) != nil })
        func status(_ name: String, _ method: HTTPMethod = .GET) async -> UInt {
            await offers.respond(to: HTTPRequest(method: method, uri: "/"), name: name).status.code
        }
        let name = names[0]
        for wrong in ["", String(name.dropLast()), name + "0", name.uppercased() + "x", String(repeating: "0", count: 64), "../\(name)", "f"] {
            #expect(await status(wrong) == 404, "\(wrong)")
        }
        for method in [HTTPMethod.POST, .PUT, .DELETE, .OPTIONS] { #expect(await status(name, method) == 405) }
        #expect(await status(name, .HEAD) == 200)
        clock.move(by: .seconds(599))
        #expect(await status(name) == 200)
        clock.move(by: .seconds(1))
        #expect(await status(name) == 404)
        offers.withdraw(urls[1])
        #expect(await status(names[1]) == 404)
        clock.move(by: .seconds(24 * 3_600 - 601))
        #expect(await status(names[2]) == 200)
        clock.move(by: .seconds(1))
        #expect(await status(names[3]) == 404)
    }
}
