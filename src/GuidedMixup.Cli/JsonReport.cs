using System;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GuidedMixup.Cli;

/// <summary>One JSON object on stdout, closed when disposed.</summary>
internal sealed class JsonReport : IDisposable
{
    private readonly System.IO.Stream _stdout = Console.OpenStandardOutput();

    internal JsonReport()
    {
        // Names and folders as people wrote them: this goes to a terminal or a parser, not into HTML.
        Writer = new Utf8JsonWriter(
            _stdout, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        Writer.WriteStartObject();
    }

    internal Utf8JsonWriter Writer { get; }

    public void Dispose()
    {
        Writer.WriteEndObject();
        Writer.Dispose();
        _stdout.Write("\n"u8);
        _stdout.Dispose();
    }
}
