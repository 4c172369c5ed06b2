let context: AudioContext | null = null;

function tone(hertz: number, start: number, length: number, kind: OscillatorType): void {
  if (!context) return;
  const source = context.createOscillator(),
    level = context.createGain();
  source.type = kind;
  source.frequency.value = hertz;
  level.gain.setValueAtTime(0.25, context.currentTime + start);
  level.gain.exponentialRampToValueAtTime(0.001, context.currentTime + start + length);
  source.connect(level).connect(context.destination);
  source.start(context.currentTime + start);
  source.stop(context.currentTime + start + length);
}

/** Two rising tones for yes, one long low one for no: told apart without looking. */
export function sound(admitted: boolean): void {
  context ??= new AudioContext();
  void context.resume();
  if (admitted) {
    tone(880, 0, 0.12, "sine");
    tone(1320, 0.12, 0.18, "sine");
  } else tone(196, 0, 0.5, "square");
}
