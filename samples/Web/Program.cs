// A web service with a health endpoint and metrics. Prometheus reads /metrics. With OTEL_EXPORTER_OTLP_ENDPOINT set,
// OpenTelemetry sends metrics and traces.
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Quorum.Managed.AspNetCore;
using Quorum.Managed.Hosting;
using Quorum.Managed.OpenTelemetry;
using Quorum.Managed.Samples.Web;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddQuorumMonitor(builder.Configuration.GetSection("Quorum"));
builder.Services.AddHealthChecks().AddQuorum();
builder.Services.AddSingleton<PrometheusText>();
if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
{
    builder.Services.AddOpenTelemetry()
        .WithMetrics(metrics => metrics.AddQuorumInstrumentation().AddOtlpExporter())
        .WithTracing(tracing => tracing.AddQuorumInstrumentation().AddOtlpExporter());
}

WebApplication app = builder.Build();
app.Services.GetRequiredService<PrometheusText>().Start();
app.MapHealthChecks("/health", new HealthCheckOptions
{
    ResponseWriter = static (context, report) => context.Response.WriteAsync(HealthJson.Write(report)),
});
app.MapGet("/metrics", static (PrometheusText metrics) => Results.Text(metrics.Write(), "text/plain; version=0.0.4"));
app.MapGet("/", static () => Results.Text("at your service\n")).RequireQuorum();
await app.RunAsync();
