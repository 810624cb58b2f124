#include "web/meters/meters.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <thread>

#include "base/text.h"

namespace gyr::web {

namespace {

std::string exposed_name(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!plain) c = '_';
  }
  return out;
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
}

void append_line(std::string& out, std::string_view name, const Sample& sample, double value) {
  out += name;
  for (size_t i = 0; i < sample.tags.size(); ++i) {
    out += i == 0 ? "{" : ",";
    out += exposed_name(sample.tags[i].first) + "=\"";
    append_escaped(out, sample.tags[i].second);
    out += '"';
  }
  if (!sample.tags.empty()) out += '}';
  out += fmt::format(" {}\n", value);
}

void append_head(std::string& out, std::string_view name, std::string_view help, std::string_view type) {
  out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void append_meter(std::string& out, const Meter& meter) {
  std::string name = exposed_name(meter.name);
  if (meter.kind == MeterKind::summary) {
    if (!meter.unit.empty()) name += fmt::format("_{}", meter.unit);
    append_head(out, name, meter.help, "summary");
    for (const Sample& sample : meter.samples) {
      append_line(out, name + "_count", sample, sample.value);
      append_line(out, name + "_sum", sample, sample.total);
    }
    append_head(out, name + "_max", meter.help, "gauge");
    for (const Sample& sample : meter.samples) append_line(out, name + "_max", sample, sample.longest);
    return;
  }
  if (meter.kind == MeterKind::counter) name += "_total";
  append_head(out, name, meter.help, meter.kind == MeterKind::counter ? "counter" : "gauge");
  for (const Sample& sample : meter.samples) append_line(out, name, sample, sample.value);
}

std::string content_of(const char* path) {
  std::ifstream file(path);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

Meter single(std::string_view name, MeterKind kind, std::string_view help, double value) {
  return {.name = std::string(name), .kind = kind, .help = help, .samples = {{.value = value}}};
}

double open_files() {
  std::error_code error;
  size_t count = 0;
  for (auto entry = std::filesystem::directory_iterator("/proc/self/fd", error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    count += 1;
  }
  return static_cast<double>(count);
}

}  // namespace

std::string to_prometheus(const std::vector<Meter>& meters) {
  std::string out;
  for (const Meter& meter : meters) append_meter(out, meter);
  return out;
}

json::Meter shown_meter(const Meter& meter) {
  double count = 0;
  double total = 0;
  double longest = 0;
  std::map<std::string, std::set<std::string>> tags;
  for (const Sample& sample : meter.samples) {
    count += sample.value;
    total += sample.total;
    longest = std::max(longest, sample.longest);
    for (const auto& [name, value] : sample.tags) tags[name].insert(value);
  }
  json::Meter shown{.name = meter.name, .description = std::string(meter.help)};
  if (!meter.unit.empty()) shown.base_unit = std::string(meter.unit);
  if (meter.kind == MeterKind::summary) {
    shown.measurements = {{"COUNT", count}, {"TOTAL", total}, {"MAX", longest}};
  } else {
    shown.measurements = {{meter.kind == MeterKind::counter ? "COUNT" : "VALUE", count}};
  }
  for (const auto& [name, values] : tags) shown.available_tags.push_back({name, {values.begin(), values.end()}});
  return shown;
}

std::vector<Meter> process_meters() {
  // Behind the program's name, which may hold anything: state, …; utime, stime, starttime are the 12th, 13th and 20th.
  const std::string stat = content_of("/proc/self/stat");
  std::vector<std::string_view> fields;
  if (const size_t end = stat.rfind(')'); end != std::string::npos)
    fields = base::split(std::string_view(stat).substr(std::min(end + 2, stat.size())), ' ');
  const auto field = [&fields](size_t index) {
    return index < fields.size() ? std::strtod(std::string(fields[index]).c_str(), nullptr) : 0.0;
  };
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  constexpr double nanos_per_second = 1e9;
  constexpr size_t user_time = 11, system_time = 12, threads = 17, start_time = 19, resident_pages = 21;
  const double uptime = std::strtod(content_of("/proc/uptime").c_str(), nullptr);
  double load[1] = {0};
  (void)::getloadavg(load, 1);
  return {
      single("process.cpu.time.ns", MeterKind::counter, "CPU time of the process, in nanoseconds",
             (field(user_time) + field(system_time)) / ticks * nanos_per_second),
      single("process.uptime.seconds", MeterKind::gauge, "Seconds since the start of the process",
             std::max(0.0, uptime - field(start_time) / ticks)),
      single("process.resident.memory.bytes", MeterKind::gauge, "Memory of the process", field(resident_pages) * page),
      single("process.threads", MeterKind::gauge, "Threads of the process", field(threads)),
      single("process.files.open.files", MeterKind::gauge, "Open file descriptors", open_files()),
      single("process.files.max.files", MeterKind::gauge, "Maximum number of open file descriptors",
             static_cast<double>(::sysconf(_SC_OPEN_MAX))),
      single("system.cpu.count", MeterKind::gauge, "Processors", std::thread::hardware_concurrency()),
      single("system.load.average.1m", MeterKind::gauge, "Load average of the machine over one minute", load[0]),
  };
}

}  // namespace gyr::web
