import Bridge
import Testing

/// Input made to break, blind or stall the translation.
@Suite struct HostileMarkupTests {
    @Test(
        "Hostile HTML still yields its words",
        arguments: [
            ("<b>never closed", "*never closed*"),
            ("</b></i></ul></a>closed without opening", "closed without opening"),
            ("<a href=\"https://x.example/?q=>\">here</a>", "here (https://x.example/?q=%3E)"),
            ("<a title='>' href='https://x.example'>here</a>", "here (https://x.example)"),
            ("<a href=\"java\nscript:alert(1)\">x</a>", "x"),
            ("<a href=\"java&#10;script&colon;alert(1)\">x</a>", "x"),
            ("<a href=\" HTTPS://x.example \">x</a>", "x (HTTPS://x.example)"),
            ("<a href=\"https://evil.example\">https://bank.example</a>", "https://bank.example (https://evil.example)"),
            ("<a href=\"//x.example\">x</a><a href=\"data:text/html,y\">y</a>", "xy"),
            ("<a href=\"https://a.example\">a<a href=\"https://b.example\">b", "a (https://a.example)b (https://b.example)"),
            ("<a href=\"https://x.example\"></a>", "https://x.example"),
            ("a<script>if (1 < 2) { '</b>' }</script >b", "ab"),
            ("a<SCRIPT src=x>document.write('<b>')</ScRiPt>b", "ab"),
            ("a<style>never closed", "a"),
            ("a<!-->b<!--->c<!-- x --!>d<!-- never closed", "abcd"),
            ("a<!DOCTYPE html>b<?xml version='1'?>c", "abc"),
            ("<b title=\"never closed>a</b>", "*a*"),
            ("a<b", "a<b"),
            ("a<b c='", "a<b c='"),
            ("x<br>a < b", "x\na < b"),
            ("&#60;script&#62; &#x3c;b&#x3E; &#xD800; &#0; &#128; &#99999999999999999999;x", "<script> <b> \u{FFFD} \u{FFFD} € \u{FFFD}x"),
            ("&amp;lt; &ampersand &lt &LT; &#; &#x; & &;", "&lt; &ersand < < &#; &#x; & &;"),
            ("<ul><li></li><li>a</li></ul>", "- a"),
            ("<li>a</li>", "- a"), ("<li><a href=\"https://x.example\">https://x.example</a>", "- https://x.example"),
            ("<ol><li><p>a</p></li><li><p>b</p></li></ol>", "1. a\n2. b"),
            ("<p><br></p>", ""),
            (" \n\t&nbsp; ", ""),
            ("<p>a</p>\n<p><br></p>\n<p>b</p>", "a\n\nb"),
            ("a\u{0}b\u{8}c", "abc"),
        ]
    )
    func words(html: String, text: String) {
        #expect(WhatsAppText.text(fromConnect: html) == text)
    }

    @Test("Plain text for quoting has neither marks nor addresses")
    func plainText() {
        #expect(ConnectMarkup.plainText(of: "<b>Hello</b> <a href=\"https://x.example\">you</a><br>&amp; me") == "Hello you\n& me")
    }

    @Test("A post stands below the sender's name, and our lines below it")
    func post() {
        #expect(
            ConnectMarkup.post(sender: "A <b>", html: "x<br>y", lines: ["One & all", ""]) == "<b>A &lt;b&gt;</b><br>x<br>y<br><i>One &amp; all</i>")
        #expect(ConnectMarkup.post(sender: "A", html: "<ul><li>x</li></ul>", lines: ["z"]) == "<b>A</b><ul><li>x</li></ul><i>z</i>")
        #expect(ConnectMarkup.post(sender: nil, html: "x") == "x")
    }

    @Test("A long text becomes posts below the limit, even if escaping makes it long")
    func posts() {
        let text = String(repeating: "\"&<> https://x.example/& ", count: 20_000)
        let posts = ConnectMarkup.posts(fromWhatsApp: text)
        #expect(posts.count > 10)
        #expect(posts.allSatisfy { $0.utf8.count <= ConnectMarkup.postLimit })
        let words = posts.map(WhatsAppText.text(fromConnect:)).joined(separator: " ")
        #expect(words == text.dropLast())
        #expect(ConnectMarkup.posts(fromWhatsApp: "*a*") == ["<b>a</b>"])
        #expect(ConnectMarkup.posts(fromWhatsApp: " \n ").isEmpty)
    }

    static let bombs: [String] = [
        "<b>", "<b><i>", "<a <a ", "<a x=\"", "<a x='>\"", "<a href=\"https://x.example\">", "<ul><li>", "<ol>", "<!--", "<!", "</", "<script>",
        "<script><",
        "</script", "&", "&#", "&#1", "&ampamp", "<p>", "<br>", "<blockquote>", "<svg>", "<svg/>", "<", ">", "\"", "'", "<a href='&amp;", "*", "*a",
        "*a ", "*a* ",
        "_*", "`", "``", "```", "```a", "https://", "https://x.example/(", "https://x)", "h", "- ", "1. ", "\n- a", "\n1. a", "\n", " ", " \n",
        "\u{A0}", "a\u{301}",
        "\u{301}", "👨‍👩‍👧", "。", "<b>a</b><i>b</i>", "<b>*</b>", "<img alt=\"x\">", "<td>",
    ]

    @Test("A hundred thousand bytes of anything takes time in proportion", arguments: bombs)
    func bomb(piece: String) {
        // Quadratic work on this would take minutes, linear work takes well below a second even unoptimised.
        let text = String(repeating: piece, count: 100_000 / piece.utf8.count)
        let clock = ContinuousClock()
        let spent = clock.measure {
            let html = ConnectMarkup.html(fromWhatsApp: text)
            #expect(AllowedMarkup.firstViolation(in: html) == nil)
            _ = WhatsAppText.text(fromConnect: html)
            let messages = WhatsAppText.messages(fromConnect: text)
            #expect(messages.allSatisfy { $0.utf16.count <= WhatsAppText.messageLimit })
        }
        #expect(spent < .seconds(20), "\(spent)")
    }
}
