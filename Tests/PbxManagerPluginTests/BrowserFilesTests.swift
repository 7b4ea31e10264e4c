import Foundation
import Testing

@testable import PbxManagerPlugin

@Suite("Files for the browser") struct BrowserFilesTests {
    private static var folder: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Sources/PbxManagerPlugin/Browser").standardized
    }

    private static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: Self.folder.appendingPathComponent(folder).path).filter { !$0.hasPrefix(".") }.sorted()
    }

    private static func content(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appendingPathComponent(path))) }

    @Test("Every file of the fallback page and of the SDK's stand-in is served as it is")
    func settings() throws {
        for folder in ["settings", "sdk"] {
            for name in try Self.names(in: folder) where name != "settings.htm" {
                let file = try #require(BrowserFiles.settings(name), "\(name) is not served")
                #expect(file.bytes == (try Self.content("\(folder)/\(name)")))
            }
        }
        #expect(BrowserFiles.settingsPage.bytes == (try Self.content("settings/settings.htm")))
    }

    @Test("Every script and style of the plugin is in the one that is served, once; texts are there")
    func plugin() throws {
        func served(_ name: String) throws -> String { String(decoding: try #require(BrowserFiles.plugin(name)).bytes, as: UTF8.self) }
        let all = ["js": try served("innovaphone.whatsappmanager.js"), "css": try served("innovaphone.whatsappmanager.css")]
        for name in try Self.names(in: "manager") {
            if let file = BrowserFiles.plugin(name) {
                #expect(file.bytes == (try Self.content("manager/\(name)")))
            } else {
                let content = String(decoding: try Self.content("manager/\(name)"), as: UTF8.self)
                #expect(all[(name as NSString).pathExtension]?.ranges(of: content).count == 1, "\(name) is not served")
            }
        }
        let names = ["innovaphone.whatsappmanager.css", "innovaphone.whatsappmanager.js", "innovaphone.whatsappmanagertexts.js"]
        #expect(BrowserFiles.pluginNames.sorted() == names)
    }

    @Test("The stand-in's scripts are listed in the order in which the fallback page loads them")
    func sdk() throws {
        let page = String(decoding: BrowserFiles.settingsPage.bytes, as: UTF8.self)
        #expect(page.matches(of: /src="settings\/(innovaphone[^"]+)"/).map { String($0.1) } == BrowserFiles.sdkNames)
        #expect(try Self.names(in: "sdk") == BrowserFiles.sdkNames.sorted())
    }

    @Test("The page names only scripts and styles that are served")
    func page() throws {
        let page = String(decoding: BrowserFiles.settingsPage.bytes, as: UTF8.self)
        let links = page.matches(of: /(?:src|href)="([^"]+)"/).map { String($0.1) }
        #expect(links.count >= 4)
        // The icon is the hidden app's, which the instance itself serves.
        for link in links where link != "innovaphone-whatsapp.png" {
            let file = link.hasPrefix("settings/") ? BrowserFiles.settings(String(link.dropFirst(9))) : BrowserFiles.plugin(link)
            #expect(file != nil, "\(link) is not served")
        }
        #expect(!page.contains("<script>") && !page.contains("style="))
    }
}
