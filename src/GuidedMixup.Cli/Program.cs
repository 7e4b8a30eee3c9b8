System.Console.WriteLine("guidedmixup");
