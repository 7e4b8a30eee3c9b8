using System.Globalization;
using System.Linq;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace GuidedMixup.Benchmarks;

/// <summary>How near a benchmark comes to memcpy: the median of the copy that touches the same bytes in the same run, over its own.</summary>
internal sealed class CopyShareColumn : IColumn
{
    private const string Copy = nameof(StageBenchmark.Memcpy);

    public string Id => nameof(CopyShareColumn);

    public string ColumnName => "of memcpy";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 1;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Throughput as a share of a memcpy that touches as many bytes, on as many threads, in the same run";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        BenchmarkCase? copy = summary.BenchmarksCases.FirstOrDefault(other =>
            other.Descriptor.Type == benchmarkCase.Descriptor.Type && other.Descriptor.WorkloadMethod.Name == Copy
            && other.Job.Equals(benchmarkCase.Job) && other.Parameters.DisplayInfo == benchmarkCase.Parameters.DisplayInfo);
        double? floor = copy == null ? null : summary[copy]?.ResultStatistics?.Median, own = summary[benchmarkCase]?.ResultStatistics?.Median;
        return floor is > 0 && own is > 0 ? (floor.Value / own.Value).ToString("P0", CultureInfo.InvariantCulture) : "-";
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(one => one.Descriptor.WorkloadMethod.Name == Copy);
}
