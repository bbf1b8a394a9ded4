package draft

// text is a message in the languages of reports.
type text struct{ en, ja string }

func say(language string, t text) string {
	if language == "ja" {
		return t.ja
	}
	return t.en
}

var kinds = map[Kind]text{
	Refused: {"refused", "読取不可"}, Excluded: {"excluded", "対象外"}, Doubt: {"doubt", "要確認"}, Guess: {"guess", "推定"}, Unread: {"unread", "未読取"}, Column: {"column", "列"},
}

var reasons = map[string]text{
	reasonNotRead: {"Not read yet: see the report of the draft", "未読取 (下書きのレポートを参照)"},
	reasonDenied:  {"Denies the communication", "通信を拒否する行"},
}

var (
	textLoose        = text{"%q is not a plain list of ports: %s is taken from it", "%q はポートの一覧として読めないため、%s を抽出"}
	textLeft         = text{"%q: %s %s, and is not taken", "%q: %s (%s) は不採用"}
	textCellDoubt    = text{"%q: %s", "%q: %s"}
	textTransport    = text{"no transport protocol is stated: %s is assumed", "トランスポートプロトコルの記載なし: %s と仮定"}
	textChoice       = text{"%s: all of the ports, or one of them: all are assumed", "%s: 全ポートか、いずれか1つかの記載なし: 全ポートと仮定"}
	textNoPort       = text{"no port and no protocol is stated", "ポートとプロトコルの記載なし"}
	textOnlyProtocol = text{"a protocol is stated, and no port", "プロトコルのみ記載、ポートの記載なし"}
	textTwoColumns   = text{"two columns of ports, %q and %q: the first is taken", "ポートの列が2つ (%q、%q): 前者を採用"}
	textDirection    = text{"direction: %v", "方向: %v"}
	textConfigurable = text{"configurable: %v", "変更可否: %v"}
	textDenied       = text{"the row denies (%q)", "拒否する行 (%q)"}
	textNoField      = text{"no cell holds a port, a protocol or a host", "ポート、プロトコル、ホストのセルなし"}
	textNumbers      = text{"no column of ports is known, and other cells hold numbers: %s", "ポートの列が不明、他のセルに数値あり: %s"}
	textRefused      = text{"%v", "%v"}
	textAbove        = text{"%s is empty: %q, as in the row above", "%s が空欄: 上の行と同じ %q と仮定"}
	textDescribes    = text{"%s is described as %q: it needs a name", "%s の説明 %q: 名称が必要"}
	textFirstLine    = text{"%s: only the first line of %q is taken as a name", "%s: %q の1行目のみを名称として採用"}
	textBesideHosts  = text{"%s: %q beside the hosts is not taken", "%s: ホスト以外の %q は不採用"}
	textHost         = text{"%q is a host in a form that the data does not know", "%q はデータ形式にないホスト表記"}
	textSite         = text{"%q is taken for %s", "%q を %s と推定"}
	textSitePort     = text{"the destination of %s is taken for %s", "%s の宛先を %s と推定"}
	textFromHeading  = text{"%s is from the heading %q (line %s)", "%s は見出し %q (%s行) による推定"}
	textRequirement  = text{"%s, as the text says %q", "要否を %s と推定 (記載: %q)"}
	textChangeable   = text{"configurable: %s, as the text says %q", "変更可否を %s と推定 (記載: %q)"}
	textSchemePorts  = text{"the port of %s:// is taken: %s", "%s:// のポート %s を採用"}
	textOneHost      = text{"the communication stays within a host: %q", "同一ホスト内の通信: %q"}
	textPairs        = text{"%q names several ends: only those that are certain are taken", "%q に複数の通信方向: 確実なもののみ採用"}
	textColumn       = text{"column %q is not used: --field %q names what it means", "列 %q は未使用: 意味の指定は --field %q"}
	textColumnPorts  = text{"column %q is not used, and holds numbers that could be ports: --field %q takes them", "列 %q は未使用、ポートの可能性がある数値あり: 採用するには --field %q"}
	textCellNumbers  = text{"%q holds numbers that the flow does not have: %s", "%q に通信へ未反映の数値あり: %s"}
	textProsePorts   = text{"text outside of tables names ports that no row has: %s", "表の外の文にポートの記載あり: %s"}
	textProseRow     = text{"text outside of tables looks like a row, and its ports are those of others: %s", "表の外に行と見られる文あり、ポートは他の行と同じ: %s"}
	textProseNumbers = text{"numbers outside of tables, which could be ports", "表の外の数値 (ポートの可能性あり)"}
	textHeadNumbers  = text{"the heading %q holds numbers: %s", "見出し %q に数値あり: %s"}
	textProblem      = text{"%s", "%s"}
	textOtherCells   = text{"cells that no column is known for: %s", "列が不明なセル: %s"}
	textByPlace      = text{"the headings are lost: the first two names are taken as source and destination", "見出しがないため、先頭の2つの名称を送信元と宛先と推定"}
	textCloud        = text{"a component with hosts of the internet is taken for one in the cloud", "インターネット上のホストを持つコンポーネントをクラウドと推定"}
	textProduct      = text{"no component is named: %s is taken, the product itself", "コンポーネントの記載なし: 製品自体 (%s) と推定"}
	textProtocolEnd  = text{"%q below %q is an application protocol, and no source", "%q (列 %q) はアプリケーションプロトコル、送信元として不採用"}
	textUsedBy       = text{"%s is what the row is about, as the text says %q", "%s を対象コンポーネントと推定 (記載: %q)"}
	textSaid         = text{"%s is an end, as the text says %q", "%s を通信の端点と推定 (記載: %q)"}
	textPairsOfPorts = text{"%d ports and as many pairs of ends: every port is taken for every pair", "ポートと通信方向が%d個ずつ: すべての組み合わせを採用"}
	textPeerPort     = text{"%s is from the heading %q; the end with a fixed port is the destination", "%s は見出し %q による推定、固定ポートの側を宛先として採用"}
	textSentence     = text{"the ports are from a sentence: %q", "文中のポートを採用: %q"}
	textLocalPorts   = text{"the heading %q: these may be the ports of the source", "見出し %q: 送信元ポートの可能性あり"}
	textNoSource     = text{"the source is not stated", "送信元の記載なし"}
	textNoRows       = text{
		"no row could be read (looked for: tables with a column of ports or hosts, known by its heading or by what its cells hold, and lists " +
			"with labels such as \"Port:\" or \"宛先ポート番号:\"); a page whose tables are lost must be copied again, as HTML or with its lines",
		"読み取れる行なし (対象: 見出しまたは内容からポートやホストと分かる列のある表、「Port:」「宛先ポート番号:」などのラベル付きの一覧)。" +
			"表が失われたページは、HTMLまたは改行を保った形で再取得が必要",
	}
	textPlaces = text{"line %s: %s", "%s行: %s"}

	textNoDestination = text{"the destination is not stated", "宛先の記載なし"}
)
