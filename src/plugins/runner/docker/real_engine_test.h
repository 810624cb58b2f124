// For tests: a private container engine with one small image.
#pragma once

#include <filesystem>
#include <string>

#include "net/http.h"
#include "process/spawner.h"
#include "process/testing/recorder.h"
#include "process/testing/test_loop.h"

namespace gyr::plugins::testing {

/// Starts `dockerd` with its data in a temporary folder. The destructor ends it and everything that it started. The
/// image `gyr-test` is made of busybox; its entry point prints `entry point`. If the machine cannot run an engine or a
/// container, problem() says why.
class RealEngine {
 public:
  RealEngine();
  RealEngine(const RealEngine&) = delete;
  RealEngine& operator=(const RealEngine&) = delete;
  ~RealEngine();

  /// Why there is no engine; empty if there is one.
  const std::string& problem() const { return problem_; }
  std::string host() const { return "unix://" + (folder_ / "engine.sock").string(); }
  /// The file system of the image, as an archive.
  std::filesystem::path image_archive() const { return folder_ / "image.tar"; }
  /// Asks the engine itself; `body` is a file to send, if not empty.
  net::ClientResponse ask(std::string method, std::string target, std::string body = "",
                          std::filesystem::path file = {}) const;

 private:
  bool start();
  bool wait_until_it_listens(int watch);
  bool make_image();
  bool runs_containers();

  std::filesystem::path folder_;
  process::testing::TestLoop loop_;
  process::testing::Recorder recorder_;
  std::unique_ptr<process::Spawner> spawner_;
  std::unique_ptr<process::Process> daemon_;
  std::string problem_;
};

}  // namespace gyr::plugins::testing
