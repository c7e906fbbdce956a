using System.Net;
using System.Text;

namespace McuAi.HostTools.Pages;

/// <summary>The frame of every page that the tool writes: self-contained, light and dark, without scripts or requests to
/// anywhere.</summary>
public static class HtmlPage
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1c2430; --faint: #667085; --line: #d5dbe3; --paper: #fff;
          --panel: #f5f7fa; --accent: #2563a8; --second: #b4570f; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --faint: #98a2b3; --line: #39424f;
          --paper: #14181e; --panel: #1c222b; --accent: #6ba6e8; --second: #e5965a; } }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto;
          max-width: 72rem; padding: 0 1rem; }
        h1 { font-size: 1.6rem; margin: 0 0 1rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
        p { margin: .3rem 0 .8rem; color: var(--faint); max-width: 46rem; }
        .figures { display: flex; flex-wrap: wrap; gap: .7rem; }
        .figure { background: var(--panel); border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .9rem; }
        .figure b { display: block; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
        .figure span { color: var(--faint); font-size: .85rem; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
        th { color: var(--faint); font-weight: 600; } .n { text-align: right; }
        .scroll { overflow-x: auto; } svg { display: block; max-width: 100%; height: auto; }
        svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } svg .faint { fill: var(--faint); }
        svg .box { fill: var(--panel); stroke: var(--line); } svg .edge { stroke: var(--faint); fill: none; }
        svg .bar { fill: var(--accent); } svg .grid { stroke: var(--line); }
        svg .line { stroke: var(--accent); fill: none; stroke-width: 1.6; } svg .second { stroke: var(--second); }
        svg .solid { fill: var(--accent); stroke: var(--accent); } svg .hollow { fill: var(--paper); stroke: var(--accent); }
        svg .solid.second { fill: var(--second); stroke: var(--second); } svg .hollow.second { stroke: var(--second); }
        """;

    /// <summary>Text with everything escaped that means something in HTML.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>The page as UTF-8.</summary>
    /// <param name="body">HTML.</param>
    public static byte[] Render(string title, string body) => Encoding.UTF8.GetBytes(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">" +
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">" +
        $"<title>{Text(title)} – McuAi</title>\n<style>{Style}</style></head>\n<body>\n{body}</body></html>\n");
}
