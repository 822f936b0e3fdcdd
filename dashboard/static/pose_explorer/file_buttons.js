import { download, fromFile, toCsv, toJson } from "./pose_files.js";
import { rounded } from "./pose_vectors.js";

/** The buttons that save a pose as a file and open one. */
export class FileButtons {
  constructor(explorer) {
    this.explorer = explorer;
    const on = (element, act) => element.addEventListener("click", act);
    on(explorer.hook("json"), () => this.#save("json", toJson, "application/json"));
    on(explorer.hook("csv"), () => this.#save("csv", toCsv, "text/csv"));
    this.input = explorer.hook("file");
    on(explorer.find(".pose-open"), () => this.input.click());
    this.input.addEventListener("change", () => this.#open());
  }

  #save(ending, write, type) {
    this.explorer.rest();
    const { pose, data, vector } = this.explorer;
    const { capsule, shifts } = pose;
    const { decoder, name } = data;
    const file = write({ checkpoint: decoder, digit: name, capsule, shifts, vector });
    download(`pose-${name}.${ending}`, file, type);
  }

  /** Show the file's pose, or say what is wrong with it and leave all as it is. */
  async #open() {
    const { explorer, input } = this;
    const [file] = input.files;
    input.value = ""; // so that the same file can be opened again
    if (!file) return;
    try {
      const pose = this.#read(await file.text());
      const shifts = this.#shiftsTo(pose);
      explorer.rest();
      explorer.jump(shifts, pose.capsule);
      explorer.commit();
    } catch (error) {
      explorer.say(`${error.message} Nothing has changed.`);
    }
    explorer.find(".pose-status").scrollIntoView({ block: "nearest" }); // it is far above
  }

  #read(text) {
    const { decoder, capsules } = this.explorer.data;
    return fromFile(text, decoder, capsules.length, capsules[0].length);
  }

  #shiftsTo({ capsule, vector }) {
    const own = this.explorer.data.capsules[capsule];
    const shifts = vector.map((x, d) => rounded(x - own[d]));
    const far = shifts.findIndex((s) => Math.abs(s) > 1);
    if (far >= 0) {
      throw new Error(
        `This file's pose is ${Math.abs(shifts[far]).toFixed(3)} away from this digit's own in ` +
          `dimension ${far}, where a slider reaches 1. Choose its digit first.`,
      );
    }
    return shifts;
  }
}
