#include "report.h"

#include <fmt/ranges.h>

namespace gyr::load {

namespace {

double millis(int64_t nanos) { return static_cast<double>(nanos) / 1e6; }

// The keys are texts of ours and of the kernel: quotes and control characters are all that could disturb.
std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + '"';
}

std::string json_of(const Histogram& times) {
  return fmt::format(
      R"({{"count":{},"mean":{:.4f},"min":{:.4f},"p50":{:.4f},"p90":{:.4f},"p99":{:.4f},"p999":{:.4f},"max":{:.4f}}})",
      times.count(), times.mean() / 1e6, millis(times.min()), millis(times.percentile(0.5)),
      millis(times.percentile(0.9)), millis(times.percentile(0.99)), millis(times.percentile(0.999)),
      millis(times.max()));
}

std::string json_of(const std::map<std::string, uint64_t>& counts) {
  std::vector<std::string> entries;
  for (const auto& [name, count] : counts) entries.push_back(fmt::format("{}:{}", json_text(name), count));
  return fmt::format("{{{}}}", fmt::join(entries, ","));
}

std::string server_json(const LoadReport& report) {
  if (!report.server_before || !report.server_after) return "null";
  return fmt::format(
      R"({{"cpu_user_s":{:.2f},"cpu_system_s":{:.2f},"rss_before_bytes":{},"rss_peak_bytes":{},"rss_after_bytes":{}}})",
      report.server_after->user_s - report.server_before->user_s,
      report.server_after->system_s - report.server_before->system_s, report.server_before->rss_bytes,
      report.server_peak_rss_bytes, report.server_after->rss_bytes);
}

}  // namespace

std::string to_json(const LoadReport& report) {
  const double per_second = report.span_s > 0 ? static_cast<double>(report.acknowledged) / report.span_s : 0;
  return fmt::format(
      R"({{"sent":{},"acknowledged":{},"looked_at":{},"clean":{},"errors":{},"states":{},"latency_ms":{{"lag":{},"ack":{},)"
      R"("wait":{},"own":{},"end":{}}},"clocks_differ":{},"load_s":{:.3f},"drain_s":{:.3f},"span_s":{:.6f},)"
      R"("per_second":{:.2f},"generator_cpu_s":{:.3f},"server":{}}})",
      report.sent, report.acknowledged, report.looked_at, report.clean(), json_of(report.errors),
      json_of(report.states), json_of(report.lag), json_of(report.ack), json_of(report.wait), json_of(report.own),
      json_of(report.end), report.clocks_differ, report.load_s, report.drain_s, report.span_s, per_second,
      report.generator_cpu_s, server_json(report));
}

std::string to_json(const SyncReport& report) {
  return fmt::format(R"({{"append_ms":{},"overwrite_ms":{}}})", json_of(report.append), json_of(report.overwrite));
}

}  // namespace gyr::load
