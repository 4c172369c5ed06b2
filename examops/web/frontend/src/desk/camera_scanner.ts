import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { HeldStill } from "./held_still";

const INTERVAL_MS = 120;
const SIDE = 640; // pixels of the square that is looked at

/** Reads QR codes from the tablet's own camera; the picture stays on the tablet. */
export class CameraScanner {
  private readonly canvas = document.createElement("canvas");
  private readonly held = new HeldStill();

  constructor(
    private readonly video: HTMLVideoElement,
    wasm: string,
    private readonly read: (code: string) => void,
  ) {
    prepareZXingModule({
      overrides: { locateFile: (path: string, prefix: string) => (path.endsWith(".wasm") ? wasm : prefix + path) },
    });
    this.canvas.width = this.canvas.height = SIDE;
  }

  /** Throws when there is no camera, or the person does not allow it. */
  async start(): Promise<void> {
    const wanted = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
    this.video.srcObject = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    await this.video.play();
    void this.watch();
  }

  private async watch(): Promise<void> {
    for (;;) {
      await this.readFrame().catch(() => undefined); // one unreadable picture is not the end: the next comes at once
      await new Promise((go) => setTimeout(go, document.hidden ? 1000 : INTERVAL_MS));
    }
  }

  private async readFrame(): Promise<void> {
    const context = this.canvas.getContext("2d", { willReadFrequently: true });
    const { videoWidth, videoHeight } = this.video;
    if (!context || !videoWidth) return;
    const side = Math.min(videoWidth, videoHeight);
    context.drawImage(this.video, (videoWidth - side) / 2, (videoHeight - side) / 2, side, side, 0, 0, SIDE, SIDE);
    const found = await readBarcodes(context.getImageData(0, 0, SIDE, SIDE), {
      formats: ["QRCode"],
      tryHarder: true,
      maxNumberOfSymbols: 1,
    });
    const code = found[0]?.isValid ? found[0].text : "";
    if (this.held.isNew(code, performance.now())) this.read(code);
  }
}
