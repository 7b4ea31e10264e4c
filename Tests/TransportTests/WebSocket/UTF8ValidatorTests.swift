import NIOCore
import Testing

@testable import Transport

/// A validator in a class, for expectations cannot call what mutates a value.
private final class DrivenValidator {
    private var validator = UTF8Validator()

    var isComplete: Bool { validator.isComplete }

    func append(_ bytes: some Sequence<UInt8>) -> Bool {
        validator.append(ByteBuffer(bytes: bytes))
    }
}

@Suite struct UTF8ValidatorTests {
    private static let valid: [[UInt8]] = [
        [],
        Array("plain ASCII, longer than eight bytes".utf8),
        Array("κόσμε, ÄÖÜ, 日本語, 👩‍💻 and back".utf8),
        [0x00],
        [0x7F],
        [0xC2, 0x80],
        [0xDF, 0xBF],
        [0xE0, 0xA0, 0x80],
        [0xED, 0x9F, 0xBF],
        [0xEE, 0x80, 0x80],
        [0xEF, 0xBF, 0xBF],
        [0xF0, 0x90, 0x80, 0x80],
        [0xF4, 0x8F, 0xBF, 0xBF],
    ]

    private static let invalid: [[UInt8]] = [
        [0x80],
        [0xBF],
        [0xC0, 0x80],
        [0xC1, 0xBF],
        [0xC2, 0x41],
        [0xE0, 0x9F, 0xBF],
        [0xED, 0xA0, 0x80],
        [0xED, 0xBF, 0xBF],
        [0xE1, 0x80, 0x41],
        [0xF0, 0x8F, 0xBF, 0xBF],
        [0xF4, 0x90, 0x80, 0x80],
        [0xF5, 0x80, 0x80, 0x80],
        [0xFF],
        [0xFE],
        Array("eight by".utf8) + [0xFF],
        Array("κό".utf8) + [0xED, 0xA0, 0x80],
    ]

    @Test("Valid text is accepted in every split", arguments: valid)
    func acceptsEverySplit(bytes: [UInt8]) {
        for first in 0...bytes.count {
            for second in first...bytes.count {
                let validator = DrivenValidator()
                #expect(validator.append(bytes[..<first]))
                #expect(validator.append(bytes[first..<second]))
                #expect(validator.append(bytes[second...]))
                #expect(validator.isComplete)
            }
        }
    }

    @Test("Invalid text is refused in every split", arguments: invalid)
    func refusesEverySplit(bytes: [UInt8]) {
        for split in 0...bytes.count {
            let validator = DrivenValidator()
            let isAccepted = validator.append(bytes[..<split]) && validator.append(bytes[split...])
            #expect(!isAccepted)
        }
    }

    @Test("A text that ends within a character is not complete", arguments: [[0xC2], [0xE1, 0x80], [0xF0, 0x90, 0x80], [0x41, 0xF4]] as [[UInt8]])
    func noticesAnIncompleteEnd(bytes: [UInt8]) {
        let validator = DrivenValidator()
        #expect(validator.append(bytes))
        #expect(!validator.isComplete)
    }

    @Test("It fails at the first byte that can belong to no text")
    func failsFast() {
        let validator = DrivenValidator()
        #expect(validator.append([0xF4]))
        #expect(!validator.append([0x90]))
    }

    @Test("It agrees with the standard library on all pairs and many triples of bytes")
    func agreesWithTheStandardLibrary() {
        func agrees(_ bytes: [UInt8]) -> Bool {
            let validator = DrivenValidator()
            let isValid = validator.append(bytes) && validator.isComplete
            return isValid == (String(validating: bytes, as: UTF8.self) != nil)
        }
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                #expect(agrees([first, second]))
            }
        }
        let edges: [UInt8] = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xE0, 0xED, 0xF0, 0xF4, 0xFF]
        for first in edges {
            for second in edges {
                for third in edges {
                    #expect(agrees([first, second, third]))
                    #expect(agrees([0xF0, first, second, third]))
                    #expect(agrees([0xF4, first, second, third]))
                }
            }
        }
    }
}
