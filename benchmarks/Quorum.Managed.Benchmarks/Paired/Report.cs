using System.Globalization;
using System.Text;

namespace Quorum.Managed.Benchmarks.Paired;

// Writes RESULTS.md, and beside it results/MEASURE.csv with each pair.
internal static class Report
{
    public const string FileName = "RESULTS.md";

    public static void Write(PairedContext context, Machine machine, string folder, string arguments)
    {
        string raw = Path.Combine(folder, "results");
        Directory.CreateDirectory(raw);
        foreach (IGrouping<string, Series> measure in context.Series.GroupBy(series => series.Measure))
        {
            File.WriteAllText(Path.Combine(raw, measure.Key + ".csv"), Csv(measure));
        }

        File.WriteAllText(Path.Combine(folder, FileName), Table(context, machine, arguments));
    }

    private static string Csv(IEnumerable<Series> measure)
    {
        StringBuilder text = new("series,unit,pair,native,managed,ratio\n");
        foreach (Series series in measure)
        {
            for (int i = 0; i < series.Pairs.Count; i++)
            {
                (double native, double managed) = series.Pairs[i];
                double ratio = Series.Ratio(series.Pairs[i]);
                Line(
                    text,
                    $"\"{series.Title}\",{series.Unit},{i + 1},{native:0.######},{managed:0.######},{ratio:0.######}");
            }
        }

        return text.ToString();
    }

    private static string Table(PairedContext context, Machine machine, string arguments)
    {
        StringBuilder text = new("# Results\n\n");
        Line(text, $"Written by `benchmarks/run.sh` ({arguments}); README.md says what each line means.");
        text.Append("The raw figures are in results/. Native and managed alternate run by run; the columns are\n");
        text.Append("medians over the pairs, and the ratio is managed by native, taken per pair.\n\n");
        text.Append("| | |\n|---|---|\n");
        foreach ((string name, string value) in machine.Facts)
        {
            Line(text, $"| {name} | {value} |");
        }

        Line(text, $"| run | {context.Plan.Name}{(context.Plan == Plan.Dry ? ": the figures mean nothing" : "")} |");
        text.Append("\n| measure | native | managed | ratio | ratio, least to most | pairs | goal | reached |\n");
        text.Append("|---|--:|--:|--:|--:|--:|---|---|\n");
        foreach (Series series in context.Series.Where(series => series.Pairs.Count > 0))
        {
            double[] ratios = [.. series.Ratios];
            string spread = ratios.Length == 0 ? "" : $"{Number(ratios.Min())} to {Number(ratios.Max())}";
            string reached = series.IsReached switch { true => "yes", false => "**no**", null => "" };
            string native = $"{Number(series.Native)} {series.Unit}";
            string managed = $"{Number(series.Managed)} {series.Unit}";
            string ratio = Number(Statistics.Median(ratios));
            string[] cells =
            [
                series.Title, native, managed, ratio, spread,
                series.Pairs.Count.ToString(CultureInfo.InvariantCulture), series.Goal.Text, reached,
            ];
            Line(text, $"| {string.Join(" | ", cells)} |");
        }

        if (context.Skipped.Count > 0)
        {
            text.Append("\nNot measured:\n\n");
            foreach (string reason in context.Skipped)
            {
                Line(text, $"- {reason}");
            }
        }

        return text.ToString();
    }

    // Three significant digits; numbers from a hundred on in full.
    private static string Number(double value) => value switch
    {
        double.NaN => "",
        0 => "0",
        _ when Math.Abs(value) >= 100 => value.ToString("#,0", CultureInfo.InvariantCulture),
        _ when Math.Abs(value) >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ when Math.Abs(value) >= 1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.000", CultureInfo.InvariantCulture),
    };

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
