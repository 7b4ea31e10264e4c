import Foundation
import Testing

@Suite("The house")
struct HouseTests {
    @Test("No module knows another that it must not know")
    func house() throws {
        let manifest = PackageManifest(text: try String(contentsOf: Repository.root.appendingPathComponent("Package.swift"), encoding: .utf8))
        let imports = try Repository.swiftFiles().flatMap { file in
            SourceImport.all(in: try String(contentsOf: Repository.root.appendingPathComponent(file), encoding: .utf8), file: file)
        }
        #expect(manifest.targets.count >= 8)
        #expect(imports.count >= 50)
        #expect(House.violations(manifest: manifest, imports: imports) == [])
    }

    @Test("Every folder with sources belongs to a target")
    func folders() throws {
        let manifest = PackageManifest(text: try String(contentsOf: Repository.root.appendingPathComponent("Package.swift"), encoding: .utf8))
        let strays = try Repository.swiftFiles().filter { manifest.target(ofFile: $0) == nil }
        #expect(strays == [])
    }

    @Test("The manifest is read as it is written")
    func manifest() {
        let manifest = PackageManifest(
            text: """
                targets: [
                    // .target(name: "Gone", dependencies: ["Nothing"]),
                    .target(name: "Protocol", dependencies: [.product(name: "Crypto", package: "swift-crypto")], swiftSettings: settings),
                    .executableTarget(
                        name: "whatsapp-connector",
                        dependencies: [
                            "AppService", "Lab",
                            .product(
                                name: "Yams",
                                package: "Yams"
                            ),
                        ],
                        resources: [.embedInCode("Pages")]
                    ),
                    .testTarget(name: "HouseTests", path: "Tests/House"),
                ]
                """
        )
        #expect(
            manifest.targets == [
                .init(kind: .library, name: "Protocol", path: nil, targetDependencies: [], productDependencies: ["Crypto"]),
                .init(
                    kind: .executable, name: "whatsapp-connector", path: nil, targetDependencies: ["AppService", "Lab"], productDependencies: ["Yams"]
                ),
                .init(kind: .test, name: "HouseTests", path: "Tests/House", targetDependencies: [], productDependencies: []),
            ]
        )
        #expect(manifest.target(ofFile: "Sources/whatsapp-connector/A/B.swift")?.name == "whatsapp-connector")
        #expect(manifest.target(ofFile: "Tests/House/B.swift")?.name == "HouseTests")
        #expect(manifest.target(ofFile: "Sources/ProtocolX/B.swift") == nil)
    }

    @Test(
        "Imports are found in every form",
        arguments: [
            ("import Lab", "Lab"), ("  import Lab // why", "Lab"), ("public import Lab", "Lab"), ("@testable import Lab", "Lab"),
            ("@preconcurrency public import Lab", "Lab"), ("@_spi(Test) import Lab", "Lab"), ("import struct Lab.Thing", "Lab"),
            ("import Lab.Sub", "Lab"),
            ("let a = 1\nimport Lab", "Lab"), ("#if os(Linux)\n    import Lab\n#endif", "Lab"),
        ]
    )
    func imports(text: String, module: String) {
        #expect(SourceImport.all(in: text, file: "a.swift") == [SourceImport(file: "a.swift", module: module)])
    }

    @Test("Words that look like imports are none", arguments: ["// import Lab", "let text = \"import Lab\"", "important Lab", "importLab"])
    func noImports(text: String) {
        #expect(SourceImport.all(in: text, file: "a.swift") == [])
    }

    @Test(
        "A forbidden arrow in the manifest is found",
        arguments: [
            ("Protocol", "Bridge"), ("Protocol", "Transport"), ("Transport", "Protocol"), ("Bridge", "Transport"), ("Bridge", "AppService"),
            ("AppService", "Lab"), ("AppService", "PbxManagerPlugin"), ("AppService", "SharedService"), ("Lab", "AppService"), ("Lab", "Bridge"),
            ("PbxManagerPlugin", "Lab"), ("PbxManagerPlugin", "SharedService"), ("SharedService", "PbxManagerPlugin"), ("Lab", "whatsapp-connector"),
        ]
    )
    func forbiddenDependency(from: String, to: String) {
        let manifest = PackageManifest(text: ".target(name: \"\(from)\", dependencies: [\"\(to)\"])")
        #expect(House.violations(manifest: manifest, imports: []) == ["\(from) must not depend on \(to)"])
    }

    @Test("A forbidden import is found, though the compiler would let it pass")
    func forbiddenImport() {
        let manifest = PackageManifest(
            text: """
                .target(name: "Lab", dependencies: ["Protocol", "Transport"]),
                .target(name: "AppService", dependencies: ["Bridge"]),
                .target(name: "Bridge"), .target(name: "Protocol"), .target(name: "Transport"),
                .executableTarget(name: "whatsapp-connector", dependencies: ["Lab"]),
                .testTarget(name: "LabTests", dependencies: ["Lab"]),
                """
        )
        func found(_ module: String, in file: String) -> [String] {
            House.violations(manifest: manifest, imports: [SourceImport(file: file, module: module)])
        }
        #expect(found("AppService", in: "Sources/Lab/A.swift") == ["Sources/Lab/A.swift must not import AppService"])
        #expect(found("Lab", in: "Sources/AppService/A.swift") == ["Sources/AppService/A.swift must not import Lab"])
        #expect(found("whatsapp_connector", in: "Sources/Lab/A.swift") == ["Sources/Lab/A.swift must not import whatsapp_connector"])
        #expect(found("NIOCore", in: "Sources/Bridge/A.swift") == ["Sources/Bridge/A.swift imports NIOCore, which Bridge does not declare"])
        #expect(found("Bridge", in: "Tests/LabTests/A.swift") == ["Tests/LabTests/A.swift imports Bridge, which LabTests does not declare"])
        #expect(found("FoundationNetworking", in: "Sources/Lab/A.swift") == ["Sources/Lab/A.swift imports FoundationNetworking"])
        #expect(found("Protocol", in: "Sources/Elsewhere/A.swift") == ["Sources/Elsewhere/A.swift belongs to no target"])
        #expect(found("Transport", in: "Sources/Lab/A.swift") == [])
        #expect(found("Foundation", in: "Sources/Bridge/A.swift") == [])
        #expect(found("Lab", in: "Tests/LabTests/A.swift") == [])
    }

    @Test("A pure module with a package for input and output is found, and one that is not in the house")
    func impureModule() {
        let manifest = PackageManifest(
            text: """
                .target(name: "Bridge", dependencies: [.product(name: "NIOCore", package: "swift-nio")]),
                .target(name: "Protocol", dependencies: [.product(name: "Crypto", package: "swift-crypto")]),
                .target(name: "Utilities"),
                """
        )
        #expect(
            House.violations(manifest: manifest, imports: []) == [
                "Bridge must not depend on NIOCore, because it does no input and output", "Utilities is not in the house",
            ]
        )
    }
}
