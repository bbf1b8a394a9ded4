package draft

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/portbook/portbook/internal/ingest/portcell"
	"github.com/portbook/portbook/internal/ingest/source"
)

// phrases are what the readers of cells and of documents say in English, in
// Japanese. TestPhrases holds them to the readers.
var phrases = map[string]string{
	// columns
	"port": "ポート", "protocol": "プロトコル", "direction": "方向", "configurable": "変更可否",

	// why a cell cannot be read, or may be read in another way
	"does not separate directions":                                   "方向の区切りとして不明",
	"does not stand between a name and a transport protocol":         "名称とトランスポートプロトコルの間以外にあり",
	"does not stand between two ports":                               "2つのポートの間以外にあり",
	"ends in a number, in a remark":                                  "備考内で数字で終わる語",
	"follows a list that may belong to the next protocol or to none": "前の一覧が次のプロトコルに属するか不明",
	"has leading zeros":                                              "先頭に0あり",
	"has more digits than a port":                                    "ポートの桁数を超過",
	"has no number after it":                                         "後に番号なし",
	"has no port, although others have":                              "他と異なりポートなし",
	"has no protocol, although others have":                          "他と異なりプロトコルなし",
	"has nothing after it":                                           "後に記載なし",
	"has nothing before it":                                          "前に記載なし",
	"holds nothing but numbers":                                      "数字のみ",
	"is a control character, or not UTF-8":                           "制御文字、またはUTF-8以外",
	"is a message type, which its protocol does not have":            "プロトコルにないメッセージタイプ",
	"is a number beside a protocol":                                  "プロトコルの隣の数字",
	"is a number in a remark":                                        "備考内の数字",
	"is a number in a text":                                          "文中の数字",
	"is a protocol in a remark":                                      "備考内のプロトコル",
	"is a reversed range":                                            "範囲の開始と終了が逆",
	"is a side in a remark":                                          "備考内の送信元または宛先",
	"is above 255, the highest message type":                         "メッセージタイプの上限255を超過",
	"is above 255, the highest protocol number":                      "プロトコル番号の上限255を超過",
	"is above 65535, the highest port":                               "ポートの上限65535を超過",
	"is empty":                                                       "空",
	"is neither yes nor no":                                          "可否として不明",
	"is not a direction":                                             "方向として不明",
	"is not a port":                                                  "ポート以外",
	"is not closed":                                                  "閉じ括弧なし",
	"is not understood":                                              "読み取り不可",
	"is of another kind than the ports before it":                    "前のポートと異なる種類",
	"is separated from what it belongs to":                           "対応する記載から分離",
	`may mean "any" or "none"`:                                       "「すべて」または「なし」の可能性あり",
	"may be a version":                                               "バージョンの可能性あり",
	"may be one number, with a comma between its digits":             "桁区切りのある1つの数値の可能性あり",
	"may be the number of the protocol":                              "プロトコル番号の可能性あり",
	"names nothing":                                                  "対象の記載なし",
	"should be a direction":                                          "方向の記載が必要",
	"stands after ports of another side, or after its own":           "他方または自身のポートの後にあり",
	"is next to a word for any protocol or none":                     "任意またはなしを表す語の隣",
	"is next to another port":                                        "他のポートの隣",
	"is next to another protocol":                                    "他のプロトコルの隣",
	"is next to other ports":                                         "他の複数のポートの隣",
	"would be a port of a protocol, which has none":                  "ポートのないプロトコルのポート",
	"would be a port of one protocol and a message type of another":  "ポートとメッセージタイプの両方に解釈可能",

	// what is expected instead
	"ports such as 80/443, 1024-65535, TCP 443 or 443 (HTTPS), or a word such as Random": "80/443、1024-65535、TCP 443、443 (HTTPS) などのポート、または Random などの語",
	"protocols such as TCP, TCP/UDP (DNS), PXE over UDP or ICMP Type 8":                  "TCP、TCP/UDP (DNS)、PXE over UDP、ICMP Type 8 などのプロトコル",
	"a number from 1 to 65535":                             "1～65535の数字",
	"a range such as 1024-65535":                           "1024-65535 などの範囲",
	"remarks without numbers of their own, or in brackets": "数字のない備考、または括弧内の備考",
	"a separator such as a comma between ports":            "ポート間の区切り (カンマなど)",
	"text in UTF-8":                                        "UTF-8の文字列",
	"Inbound, Outbound, Inbound/Outbound, Both, 受信, 送信, 双方向, →, ←, ⇔, or nothing":                   "Inbound、Outbound、Inbound/Outbound、Both、受信、送信、双方向、→、←、⇔、または空欄",
	"Yes, No, 可, 不可, 変更可, 変更不可, ○ or ×, alone or before a remark, or nothing":                       "Yes、No、可、不可、変更可、変更不可、○、× (備考を後に付けられる)、または空欄",
	"a protocol at every port, or before all of them":                                               "各ポート、またはすべての前にプロトコル",
	"a separator such as a slash between protocols":                                                 "プロトコル間の区切り (スラッシュなど)",
	"numbers in lists, and one word alone":                                                          "数字のみの一覧、または単独の語",
	"443/tcp, TCP 443 or TCP/443":                                                                   "443/tcp、TCP 443、TCP/443",
	"numbers only, or one word":                                                                     "数字のみ、または1つの語",
	"a message type such as ICMP Type 8":                                                            "ICMP Type 8 などのメッセージタイプ",
	"one side a cell, named before its ports":                                                       "セルごとに一方のみ、ポートの前に記載",
	"brackets with words":                                                                           "語を含む括弧",
	"ports in the port cell, and protocols such as TCP, TCP/UDP (DNS), PXE over UDP or ICMP Type 8": "ポートはポートのセルに記載、プロトコルは TCP、TCP/UDP (DNS)、PXE over UDP、ICMP Type 8 など",

	// what is wrong in a document
	"%d cells below %d headings": "セル%d個、見出し%d個",
	"cells are in the wrong columns, and their content does not say which are the right ones":         "セルの列がずれており、正しい列は内容から判断不可",
	"left out, with all that follows: too many quotes are not closed":                                 "以降を省略: 閉じられていない引用符が多数あり",
	"looks like a row, but no table begins here: headings and the line below them are lost":           "表の行に見えるが、見出しとその下の線が欠落",
	"ports without a label of their own, below %q":                                                    "%q の下に、ラベルのないポート",
	"read as a record of its own: %v":                                                                 "独立したレコードとして読取: %v",
	"the HTML table has no row that ends: read as text":                                               "HTMLの表に終了する行がないため、文として読取",
	"nothing stands between the cells of two columns: they are cut where a name seems to end":         "2列のセルの間に区切りなし、名称の末尾と見られる位置で分割",
	"the cells of this column are lost":                                                               "この列のセルが欠落",
	"the code block is not closed: all that follows is read as code":                                  "コードブロックの終了なし: 以降をすべてコードとして読取",
	"the headings of the table are lost":                                                              "表の見出しが欠落",
	"the headings of the table are lost: what is in their place reads as a row":                       "表の見出しが欠落、見出しの位置に行あり",
	"more than %d tables stand within each other: this one is read as text of the cell around it":     "表の入れ子が%d段を超過: この表を外側のセルの文として読取",
	"the row is left out: %v":                                                                         "行を省略: %v",
	"not UTF-8: read as %s, in which all bytes are characters (naming the encoding makes it certain)": "UTF-8以外: すべてのバイトが文字となる %s として読取 (文字コードの指定により確定)",
	"the sheet is left out: %v":                                                                       "シートを省略: %v",
	"bytes that are no characters of the encoding became U+FFFD":                                      "文字コードにないバイトをU+FFFDに置換",
	"the sheet is damaged, and not read to its end: %v":                                               "シートが破損、途中まで読取: %v",
	"a table stands within a cell: it is read on its own":                                             "セル内の表を独立した表として読取",
	"the row ends after %d of %d cells":                                                               "行のセルが不足: %d個 (見出し%d個)",
	"the row is not closed by a pipe":                                                                 "行末の | なし",
	"the row is not closed by a pipe: the text below it is read as prose":                             "行末の | なし: 下の文は表の外として読取",
	"the table is not closed":                                                                         "表の終了なし",
	"more than %d problems: the others are left out":                                                  "問題が%d件を超過: 以降は省略",
}

// phrase returns a phrase of a reader in the language of the report.
func (o Options) phrase(english string) string {
	if ja := phrases[english]; ja != "" && o.ReportLanguage == "ja" {
		return ja
	}
	return english
}

// cellError says in the language of the report why a row cannot be read.
func (o Options) cellError(err error) string {
	var e *portcell.Error
	if o.ReportLanguage != "ja" || !errors.As(err, &e) {
		return err.Error()
	}
	piece := "末尾"
	if e.Piece != "" {
		piece = strconv.Quote(shorten(e.Piece))
	}
	return fmt.Sprintf("%sのセル %q の %s: %s (想定: %s)", o.phrase(e.Column), shorten(e.Cell), piece, o.phrase(e.Reason), o.phrase(e.Accepted))
}

// problem says in the language of the report what could not be read.
func (o Options) problem(p source.Problem) string {
	why := p.Phrase(o.phrase)
	if p.Text == "" {
		return why
	}
	return fmt.Sprintf("%q: %s", p.Text, why)
}
