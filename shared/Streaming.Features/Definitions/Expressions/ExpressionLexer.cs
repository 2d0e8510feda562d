using System.Globalization;

namespace Streaming.Features.Definitions.Expressions;

internal enum TokenKind
{
    End,
    Number,
    Name,
    Symbol,
}

/// <summary>A word of an expression.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="At">Where it begins, from 0.</param>
/// <param name="Text">A name without its brackets, or a symbol in its plain form.</param>
/// <param name="Value">Of a number; of a length of time, seconds.</param>
internal readonly record struct Token(TokenKind Kind, int At, string Text, double Value = 0);

/// <summary>Cuts an expression into words. Names with other letters than A-Z, a-z, 0-9, '_' and '.' stand in square brackets.</summary>
internal static class ExpressionLexer
{
    private static readonly string[] Symbols = ["<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "(", ")", ","];

    /// <summary>The words, with one of <see cref="TokenKind.End"/> at the end; null where there is a mistake, which is told.</summary>
    public static List<Token>? Cut(string text, Action<int, string> problem)
    {
        // The signs that people write, as one letter each, so that places stay.
        var plain = text.Replace('−', '-').Replace('×', '*').Replace('÷', '/').Replace('·', '*');
        var tokens = new List<Token>();
        var at = 0;
        while (true)
        {
            while (at < plain.Length && char.IsWhiteSpace(plain[at]))
            {
                at++;
            }

            if (at == plain.Length)
            {
                tokens.Add(new Token(TokenKind.End, at, "the end"));
                return tokens;
            }

            if (Next(plain, at) is not { } found)
            {
                problem(at, plain[at] == '[' ? "'[' has no ']'" : $"'{plain[at]}' cannot stand in an expression");
                return null;
            }

            if (found.Token.Kind == TokenKind.Number && double.IsNaN(found.Token.Value))
            {
                problem(at, $"'{found.Token.Text}' is neither a number nor a length of time such as 30s, 10m, 24h or 2d");
                return null;
            }

            tokens.Add(found.Token);
            at = found.End;
        }
    }

    private static (Token Token, int End)? Next(string text, int at)
    {
        if (text[at] == '[')
        {
            var close = text.IndexOf(']', at);
            return close < 0 ? null : (new Token(TokenKind.Name, at, text[(at + 1)..close].Trim()), close + 1);
        }

        var end = at;
        if (char.IsAsciiDigit(text[at]) || (text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
        {
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '.' || (text[end] is '+' or '-' && text[end - 1] is 'e' or 'E')))
            {
                end++;
            }

            return (new Token(TokenKind.Number, at, text[at..end], Number(text[at..end])), end);
        }

        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '.'))
        {
            end++;
        }

        if (end > at)
        {
            return (new Token(TokenKind.Name, at, text[at..end]), end);
        }

        return Array.Find(Symbols, symbol => string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0) is { } symbol
            ? (new Token(TokenKind.Symbol, at, symbol), at + symbol.Length)
            : null;
    }

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value
        : Duration.TryParse(text, out var milliseconds) ? milliseconds / 1000.0
        : double.NaN;
}
